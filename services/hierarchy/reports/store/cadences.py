"""The cadence of summaries by version."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import asyncpg

from contracts.appointments import Level
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.appointments.domain.appointments import Act
from services.hierarchy.reports.domain.cadence import Rhythm, Version

sql = queries.load(__package__, "cadences.sql")


async def of_municipality(db: Db, code: str) -> list[Version]:
    """Every version of a municipality, from the first."""
    return [_version(row) for row in await db.fetch(sql.of_municipality, code)]


async def all_by_municipality(db: Db) -> Mapping[str, Sequence[Version]]:
    """Every version that the transaction sees, by municipality."""
    found = defaultdict[str, list[Version]](list)
    for row in await db.fetch(sql.all_of_all):
        found[row["municipality"]].append(_version(row))
    return found


async def add(db: Db, version: Version) -> None:
    """Store a new version."""
    v, act = version, version.act
    await db.execute(
        sql.add,
        *(v.municipality, v.number, v.working_group, v.level, v.from_day, v.rhythm.weekday, v.rhythm.at),
        *(act.number if act else None, act.day if act else None, v.set_by, v.on_behalf_of, v.set_at),
    )


def _version(row: asyncpg.Record) -> Version:
    return Version(
        municipality=row["municipality"],
        number=row["number"],
        working_group=row["working_group"],
        level=Level(row["level"]),
        from_day=row["from_day"],
        rhythm=Rhythm(row["weekday"], row["at"]),
        act=Act(row["act_number"], row["act_day"]) if row["act_number"] else None,
        set_by=row["set_by"],
        on_behalf_of=row["on_behalf_of"],
        set_at=row["set_at"],
    )
