"""Who wants the letter at the end of the day, and what was said in it."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.cabinet.domain.evening import Said

sql = queries.load(__package__, "evening.sql")


class Remembered(NamedTuple):
    """Whether somebody wants the letter, and what was said in the last one."""

    wanted: bool
    said: Said


async def waiting(db: Db, now: datetime, day: date) -> list[UUID]:
    """Everybody who is appointed and of whose letter nobody has thought on this day."""
    return [row["account"] for row in await db.fetch(sql.waiting, now, day)]


async def look(db: Db, account: UUID, day: date) -> Remembered | None:
    """Think of somebody's letter, which nobody else does on this day; None if it was done."""
    row = await db.fetchrow(sql.look, account, day)
    return Remembered(row["wanted"], orjson.loads(row["said"])) if row else None


async def say(db: Db, account: UUID, said: Said) -> None:
    """Remember what was said."""
    await db.execute(sql.say, account, orjson.dumps(said).decode())


async def wanted(db: Db, account: UUID) -> bool:
    """Whether somebody wants the letter: they do until they say otherwise."""
    return await db.fetchval(sql.wanted, account) is not False


async def choose(db: Db, account: UUID, wanted: bool) -> None:
    """Want it from now on, or not."""
    await db.execute(sql.choose, account, wanted)
