"""Production calendars by year."""

from collections.abc import Iterable

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.directory.calendar import Calendar
from services.hierarchy.territory.domain.calendar import Year

sql = queries.load(__package__, "calendars.sql")


async def all_by_year(db: Db) -> dict[int, Year]:
    """Every year that is stored, the earliest first."""
    return {row["year"]: _year(row) for row in await db.fetch(sql.all_calendars)}


async def save(db: Db, years: Iterable[Year]) -> None:
    """Store years, new or changed."""
    for year in years:
        of = year.calendar
        days = (sorted(of.days_off), sorted(of.worked), sorted(of.shortened))
        await db.execute(sql.save, of.year, year.version, *days, year.basis)


def _year(row: asyncpg.Record) -> Year:
    days = (frozenset(row[name]) for name in ("days_off", "worked", "shortened"))
    return Year(Calendar(row["year"], *days), row["version"], row["basis"])
