"""Initiatives that were entered for people: by whom, under which key, and who has not been told of it yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.initiatives.domain import Initiative

sql = queries.load(__package__, "entered.sql")


@dataclass(frozen=True, slots=True)
class Helped:
    """Who entered an initiative, at which level, in which session if in one; the row's key."""

    key: UUID
    session: UUID | None
    account: UUID
    level: Level


@dataclass(frozen=True, slots=True)
class Notice:
    """An initiative as somebody is told of it for whom it was entered; `author`: not a co-author."""

    participant_id: UUID
    id: UUID
    number: int
    title: str
    municipality: str
    organization: UUID | None
    level: Level
    author: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored under a key before."""

    id: UUID
    number: int
    authors: tuple[UUID, ...]


async def hold(db: Db, municipality: str) -> None:
    """Let one at a time enter for people of a municipality or merge them, before any other lock: of one
    person in two requests there is one participant, and of one key one initiative."""
    await db.execute(sql.hold, municipality)


async def stored(db: Db, municipality: str, keys: Collection[UUID]) -> dict[UUID, Stored]:
    """What was stored under these keys before."""
    rows = await db.fetch(sql.stored, municipality, list(keys))
    return {row["row_key"]: Stored(row["id"], row["number"], tuple(row["authors"])) for row in rows}


async def add(db: Db, initiative: Initiative, helped: Helped, people: Sequence[UUID], at: datetime) -> None:
    """Store who entered an initiative; its people are to be told of it."""
    h, i = helped, initiative
    await db.execute(sql.add, i.municipality, i.id, h.key, h.session, h.account, h.level, at)
    await db.execute(sql.add_notices, i.municipality, i.id, list(people))


async def due(db: Db, before: datetime, limit: int) -> list[UUID]:
    """Those who have not been told of something that was entered before."""
    return [row["participant_id"] for row in await db.fetch(sql.due, before, limit)]


async def take(db: Db, people: Sequence[UUID]) -> list[Notice]:
    """All that these people have not been told of, by person and number; nobody takes it again."""
    rows = await db.fetch(sql.take, list(people))
    return [Notice(**{**row, "level": Level(row["level"])}) for row in rows]
