"""A municipality's hotline as other systems get it: a few sums."""

from collections.abc import Iterable

from contracts.counters import HotlineTotals
from services.metrics.cases.tally import Cell, Tally


def totals_of(counted: Iterable[tuple[Cell, int]]) -> HotlineTotals | None:
    """What it was asked in a campaign; None while it was asked nothing."""
    tally = Tally(counted)
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
