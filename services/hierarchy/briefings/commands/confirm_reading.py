"""Confirm that one has read what a working group has published."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict, NotFound
from services.directory.grants import Staff
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import BRIEFING_CONFIRMED
from services.hierarchy.core.store import audit
from services.hierarchy.core.tenants import around


@dataclass(frozen=True, slots=True)
class Reading:
    """The version of a group's material that somebody has read."""

    group: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The version that was confirmed."""

    version: int


async def confirm_reading(pool: Pool, by: Staff, given: Reading, at: Moment) -> Confirmed:
    """Of a group that briefs them. Raises NotFound for any other, Conflict if a newer version stands."""
    async with pool.acquire() as db, db.transaction():
        if confirmed := await idempotency.earlier(db, at, Confirmed):
            return confirmed
        await tenancy.see(db, *around(by))
        mine = [due for due in await briefings.of_account(db, by.account) if due.working_group == given.group]
        if not mine or not mine[0].body:
            raise NotFound("material-unknown")
        (due,) = mine
        if due.version != given.version:
            raise Conflict("material-newer")
        if not due.done:
            whose, who = (due.municipality, due.working_group), Acting(by.account)
            await briefings.add_briefed(db, whose, [by.account], due.version, None, at.now)
            await audit.note(db, due.municipality, who, at.now, BRIEFING_CONFIRMED, due.subject)
        return await idempotency.keep(db, at, Confirmed(due.version))
