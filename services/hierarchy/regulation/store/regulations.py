"""The regulation by version."""

from dataclasses import dataclass

import asyncpg
from pydantic import TypeAdapter

from contracts.appointments import WorkingWeek
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.appointments.domain.appointments import Act
from services.hierarchy.regulation.domain.versions import Version

sql = queries.load(__package__, "regulations.sql")

WEEK = TypeAdapter(WorkingWeek)
MINUTES = TypeAdapter(dict[str, int])


@dataclass(frozen=True, slots=True)
class Names:
    """Who has set a version, and the Head for whom, if not on their own behalf; empty: the program itself."""

    who: str
    whose: str


async def of_places(db: Db, *places: str) -> list[Version]:
    """Every version of these places, as far as the transaction sees them, from the first."""
    return [_version(row) for row in await db.fetch(sql.of_places, list(places))]


async def all_of_all(db: Db) -> list[Version]:
    """Every version of every place, from the first."""
    return [_version(row) for row in await db.fetch(sql.all_of_all)]


async def names(db: Db, place: str) -> dict[int, Names]:
    """Number → who has set that version of a place."""
    return {row["number"]: Names(row["who"], row["whose"]) for row in await db.fetch(sql.names, place)}


async def add(db: Db, version: Version) -> None:
    """Store a new version."""
    v, act = version, version.act
    await db.execute(
        sql.add,
        *(v.municipality, v.number, v.from_day, v.time_zone),
        WEEK.dump_json(list(v.week)).decode(),
        MINUTES.dump_json(dict(v.minutes)).decode(),
        *(act.number if act else None, act.day if act else None),
        *(v.set_by, v.on_behalf_of, v.set_at),
    )


def _version(row: asyncpg.Record) -> Version:
    return Version(
        municipality=row["municipality"],
        number=row["number"],
        from_day=row["from_day"],
        time_zone=row["time_zone"],
        week=tuple(WEEK.validate_json(row["week"])),
        minutes=MINUTES.validate_json(row["minutes"]),
        act=Act(row["act_number"], row["act_day"]) if row["act_number"] else None,
        set_by=row["set_by"],
        on_behalf_of=row["on_behalf_of"],
        set_at=row["set_at"],
    )
