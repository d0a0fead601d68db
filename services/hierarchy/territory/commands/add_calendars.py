"""Add production calendars of years that have none: those that come with the program, or by the law alone."""

from collections.abc import Iterable
from datetime import datetime

import structlog

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.chassis.streams import outbox
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import CALENDAR_SET
from services.hierarchy.core.store import audit, locks
from services.hierarchy.territory.domain import calendar
from services.hierarchy.territory.domain.calendar import BY_LAW, Year, by_law, check_year
from services.hierarchy.territory.store import calendars

log = structlog.get_logger()

EVERY = 3600.0


async def keep_calendars(pool: Pool, clock: Clock) -> None:
    """Store and publish the calendars that come with the program, until cancelled: an hour after another
    version of the program has begun to work beside this one, its years are there too."""
    await now_and_again(lambda: add_built_in_now(pool, clock.now()), EVERY, "calendars_wait")


async def add_built_in_now(pool: Pool, now: datetime) -> list[int]:
    """The years that were added; two workers at once add none twice."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        await locks.structure(db)
        return await add_built_in(db, now)


async def add_built_in(db: Db, now: datetime) -> list[int]:
    """The same in the caller's transaction, which sees the region's rows and has its structure locked. What
    was entered by the law alone gives way."""
    known = await calendars.all_by_year(db)
    absent = [year for year in calendar.years() if year not in known or known[year].basis]
    new = [Year(calendar.of_year(year), known[year].version + 1 if year in known else 1) for year in absent]
    await save_years(db, new, None, now)
    return absent


async def add_by_law(pool: Pool, years: Iterable[int], now: datetime) -> list[int]:
    """Add those of these years that have no calendar yet, named as what they are; which those were.
    Raises Invalid for a year that none can be of."""
    wanted = [check_year(year) for year in years]
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        await locks.structure(db)
        await add_built_in(db, now)
        known = await calendars.all_by_year(db)
        new = [Year(by_law(year), basis=BY_LAW) for year in sorted(set(wanted) - known.keys())]
        await save_years(db, new, None, now)
    return [year.calendar.year for year in new]


async def save_years(db: Db, years: Iterable[Year], who: Acting | None, at: datetime) -> None:
    """Store, announce and note the new state of years; by nobody: by the program itself."""
    for year in years:
        await calendars.save(db, [year])
        await outbox.publish(db, year.defined())
        await audit.note(db, REGION, who, at, CALENDAR_SET, f"calendar:{year.calendar.year}")
