"""Who answers calls: the operators of a line and the working group's people, first those who are on duty."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from contracts.appointments import Role
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.directory.reach import roles_in
from services.hotline.calls.domain.calls import Call
from services.hotline.calls.store import calls
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.region import Known
from services.hotline.lines.reach import supervised
from services.hotline.lines.store import duty


async def answering(db: Db, known: Known, who: Staff, now: datetime) -> set[str]:
    """The municipalities of whose lines somebody sees the calls: operators, and those who supervise them. The
    transaction sees where they act."""
    operated = {place for place in places_of(who, Deed.WORK) if Role.HOTLINE_OPERATOR in roles_in(who, place)}
    return operated | await supervised(db, known, who, now)


async def ringing_for(db: Db, known: Known, who: Staff, now: datetime) -> list[Call]:
    """The calls that wait for somebody: of lines where they are on duty, or where they operate and nobody is.
    The transaction sees these municipalities."""
    found = await calls.ringing(db, sorted(places_of(who, Deed.WORK)), now)
    if not found:
        return []
    day = now.astimezone(ZoneInfo(known.zone)).date()
    theirs = {place for place in _places(found) if await _rings_at(db, who, place, day, now)}
    return [call for call in found if call.municipality in theirs]


def _places(found: Iterable[Call]) -> set[str]:
    return {call.municipality for call in found}


async def _rings_at(db: Db, who: Staff, place: str, day: date, now: datetime) -> bool:
    on_duty = await duty.on_duty(db, place, day, now)
    if on_duty:
        return who.account in {shift.account for shift in on_duty}
    return Role.HOTLINE_OPERATOR in roles_in(who, place)
