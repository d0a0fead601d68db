"""What those who oversee read: the audit of what is theirs, and how much waits to be deleted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.appointments import Role
from contracts.event import REGION
from services.chassis.db import pruning, tenancy
from services.chassis.db.pool import Pool
from services.chassis.db.pruning import Due, Rule
from services.chassis.errors import Forbidden, NotFound
from services.directory.grants import Staff
from services.intake.core.authority import RIGHTS, Deed, overseen, places_of
from services.intake.core.store import audit
from services.intake.core.store.audit import Line, Wanted

EVERYTHING = "*"


def places_read(staff: Staff) -> list[str] | None:
    """Whose audit somebody reads; None: everybody's. Raises Forbidden for whoever reads nobody's."""
    if overseen(staff, Deed.READ_AUDIT):
        return None
    if places := places_of(staff, Deed.READ_AUDIT) - {REGION}:
        return sorted(places)
    raise Forbidden(RIGHTS[Deed.READ_AUDIT][1])


async def read_audit(
    pool: Pool, by: Staff, given: Wanted, before: int | None, limit: int
) -> tuple[list[Line], bool]:
    """So many lines of what somebody oversees, the newest first, and whether more follow."""
    own = places_read(by)
    if own is not None:
        asked = own if given.places is None else given.places
        given = replace(given, places=[code for code in asked if code in own])
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *(given.places if given.places is not None else [EVERYTHING]))
        found = await audit.wanted(db, given, before, limit + 1)
    return found[:limit], len(found) > limit


async def look_at_due(pool: Pool, by: Staff, rules: Sequence[Rule], now: datetime) -> list[Due]:
    """What each rule would delete now: nothing is. Raises NotFound for all but an administrator."""
    if not by.holds(Role.ADMINISTRATOR):
        raise NotFound("not-found")
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, EVERYTHING)
        return await pruning.due(db, rules, now)
