"""Mark an initiative by a key issue, and take the mark back."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.intake.core.authority import Deed, places_of
from services.intake.core.domain import INITIATIVE_MARKED, INITIATIVE_UNMARKED
from services.intake.core.store import audit
from services.intake.determination.commands.keep_issue import open_one
from services.intake.determination.store import issues, lists


@dataclass(frozen=True, slots=True)
class Mark:
    """Which initiative belongs to which key issue of its municipality."""

    initiative: UUID
    issue: UUID


async def mark_initiative(pool: Pool, by: Staff, given: Mark, at: Moment) -> Mark:
    """Raises NotFound for one that somebody does not keep, of another municipality or another campaign,
    Conflict for a closed issue."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Mark):
            return done
        issue = await open_one(db, by, given.issue)
        found = await lists.one(db, [issue.municipality], given.initiative)
        if found is None or not await issues.is_of_campaign(db, issue, found.campaign):
            raise NotFound("initiative-not-here")
        await issues.mark(db, issue, given.initiative, at.now)
        await audit.note(db, issue.municipality, by, at.now, INITIATIVE_MARKED, given.initiative)
        return await idempotency.keep(db, at, given)


async def unmark_initiative(pool: Pool, by: Staff, given: Mark, at: Moment) -> Mark:
    """Also by an issue that is closed. Raises NotFound for one that somebody does not keep."""
    places = places_of(by, Deed.KEEP_ISSUES)
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Mark):
            return done
        await tenancy.see(db, *places)
        issue = await issues.lock(db, places, given.issue)
        await issues.unmark(db, issue, given.initiative)
        await audit.note(db, issue.municipality, by, at.now, INITIATIVE_UNMARKED, given.initiative)
        return await idempotency.keep(db, at, given)
