"""Whose lines somebody supervises: a leader of a working group those that the group owns."""

from dataclasses import replace
from datetime import datetime

from contracts.appointments import Role
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.region import Known
from services.hotline.lines.store import lines


async def supervised(db: Db, known: Known, who: Staff, now: datetime) -> set[str]:
    """The municipalities of whose lines somebody sees all the work: every case and every call. A leader of
    another working group supervises only the cases that their group has."""
    places = places_of(who, Deed.SUPERVISE)
    return {code for code in places if await supervises(db, known, who, code, now)}


async def supervises(db: Db, known: Known, who: Staff, municipality: str, now: datetime) -> bool:
    """Whether somebody supervises the line of a municipality: over the whole of it, or as the leader of the
    working group that owns the line."""
    others = replace(who, grants=tuple(grant for grant in who.grants if grant.role is not Role.LEADER))
    if municipality in places_of(others, Deed.SUPERVISE):
        return True
    if not (led := groups_led(who)):
        return False
    reached = await lines.of(db, known, municipality, now)
    return bool(reached) and str(reached[0].group) in led


def groups_led(who: Staff) -> set[str]:
    """The working groups that somebody leads."""
    return {grant.of for grant in who.grants if grant.role is Role.LEADER}
