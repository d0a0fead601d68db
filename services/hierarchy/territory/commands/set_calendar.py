"""Enter the production calendar of a year, or correct it."""

from dataclasses import dataclass

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.core.authority import administrator
from services.hierarchy.core.domain.versions import check_seen
from services.hierarchy.core.store import locks
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.territory.commands.add_calendars import add_built_in, save_years
from services.hierarchy.territory.domain.calendar import Typed, Year, check_calendar
from services.hierarchy.territory.store import calendars


@dataclass(frozen=True, slots=True)
class NewCalendar:
    """A year as it was typed; `seen`: the version that is corrected (`check_seen`)."""

    typed: Typed
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class CalendarSet:
    """The year and its version: the same days again are none."""

    year: int
    version: int


async def set_calendar(pool: Pool, by: Staff, given: NewCalendar, at: Moment) -> CalendarSet:
    """Working days are counted by it from now on.

    Raises NotFound for anybody but an administrator, Invalid with everything wrong, Conflict if another
    administrator has changed the year meanwhile.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, CalendarSet):
            return done
        who = administrator(by)
        wanted = check_calendar(given.typed)
        await tenancy.see(db, EVERYBODY)
        await locks.structure(db)
        await add_built_in(db, at.now)
        before = (await calendars.all_by_year(db)).get(wanted.year)
        version = before.version if before else 0
        if before is None or before.calendar != wanted or before.basis:
            check_seen(given.seen, version, "calendar-changed")
            version += 1
            await save_years(db, [Year(wanted, version)], who, at.now)
        return await idempotency.keep(db, at, CalendarSet(wanted.year, version))
