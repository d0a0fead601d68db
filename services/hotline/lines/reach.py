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
    another working group supervises only the cases that have reached it."""
    others = replace(who, grants=tuple(grant for grant in who.grants if grant.role is not Role.LEADER))
    whole = places_of(others, Deed.SUPERVISE)
    led = {grant.of for grant in who.grants if grant.role is Role.LEADER}
    for code in places_of(who, Deed.SUPERVISE) - whole:
        reached = await lines.of(db, known, code, now)
        if reached and str(reached[0].group) in led:
            whole.add(code)
    return whole
