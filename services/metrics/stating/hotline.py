"""A municipality's hotline as other systems get it: a few sums."""

from contracts.counters import HotlineTotals
from services.chassis.db.pool import Db
from services.metrics.cases.tally import Tally
from services.metrics.store import cases


async def totals_of(db: Db, campaign: str, code: str) -> HotlineTotals | None:
    """What it was asked in a campaign; None while it was asked nothing."""
    rows = await cases.sums_of(db, campaign, [code])
    tally = Tally(((row.family, row.key, row.counter), row.n) for row in rows)
    if not (tally.inquiries or tally.consultations or tally.help_requests):
        return None
    return HotlineTotals(
        inquiries=tally.inquiries,
        open=tally.open,
        first_in_time=tally.first.in_time,
        first_late=tally.first.late,
        final_in_time=tally.final.in_time,
        final_late=tally.final.late,
        escalations=tally.escalations,
        consultations=tally.consultations,
        help_requests=tally.help_requests,
        help_done=tally.help_done,
        help_thanked=tally.help_thanked,
    )
