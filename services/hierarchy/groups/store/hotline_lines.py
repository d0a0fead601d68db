"""Hotlines, as far as their own service tells of them: whose and when, no numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter

from contracts.appointments import WorkingDay
from contracts.hotline import LineDefined
from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "hotline_lines.sql")

WEEK: TypeAdapter[list[WorkingDay | None]] = TypeAdapter(list[WorkingDay | None])


@dataclass(frozen=True, slots=True)
class HotlineLine:
    """By which municipality's line somebody is reached, and when it answers."""

    municipality: str
    id: UUID
    week: Sequence[WorkingDay | None]


async def keep(db: Db, told: Sequence[LineDefined]) -> None:
    """Keep what is told of lines."""
    for line in told:
        week = WEEK.dump_json(list(line.week)).decode()
        what = (line.id, line.serves, week, line.closed, line.version, line.partition)
        await db.execute(sql.keep, line.municipality, *what)


async def forget(db: Db, partition: int) -> None:
    """Drop what a stream has told; its new epoch tells it again."""
    await db.execute(sql.forget, partition)


async def reaching(db: Db, municipality: str, acting: str) -> HotlineLine | None:
    """The line by which a municipality is reached: its own, one that it shares, or that of whoever acts for
    it. Everybody may read it."""
    rows = await db.fetch(sql.reaching, municipality, acting)
    for row in rows:
        return HotlineLine(row["municipality"], row["id"], WEEK.validate_json(row["week"]))
    return None
