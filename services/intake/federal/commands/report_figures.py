"""Write down what a municipality without access of its own reported."""

from dataclasses import dataclass
from datetime import date

from contracts.reported import ReportSource
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, oversight
from services.intake.core.domain import FIGURES_REPORTED, check_days, local
from services.intake.core.reach import check_reach
from services.intake.core.store import audit
from services.intake.federal.domain.reported import Report, check
from services.intake.federal.store import reported


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of a municipality from now on."""

    municipality: str
    version: int
    registered: int
    submitted: int
    as_of: date
    source: ReportSource


async def report_figures(pool: Pool, known: Subordination, by: Staff, given: Report, at: Moment) -> Standing:
    """The versions before stay as they are. Raises Forbidden, NotFound for a foreign municipality, Invalid,
    Conflict after the campaign."""
    over, campaign = oversight(by, Deed.REPORT_FIGURES), known.campaign
    check_reach(over, known.picture, given.municipality)
    check_days(campaign, at.now, campaign.close_until)
    checked = check(given, campaign, local(at.now, campaign).date())
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Standing):
            return done
        await tenancy.see(db, given.municipality)
        stored = await reported.add(db, checked, campaign.id, by.account, at.now)
        await outbox.publish(db, stored.event(campaign))
        await audit.note(db, given.municipality, by, at.now, FIGURES_REPORTED, stored.version)
        told = (stored.registered, stored.submitted, stored.as_of, stored.source)
        return await idempotency.keep(db, at, Standing(stored.municipality, stored.version, *told))
