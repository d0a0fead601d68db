"""Answers to reuse: their versions, which one is in use, what is found, how often one was sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hotline.answers.domain.answers import Answer, Version, Wording, words_of

sql = queries.load(__package__, "answers.sql")

AT_ONCE, FOUND = 100, 20


@dataclass(frozen=True, slots=True)
class Usable:
    """An answer that may be sent as it stands, and how often it was in the municipality that asks."""

    municipality: str
    id: UUID
    published: bool
    theme: str
    title: str
    text: str
    used: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer in the list of those who keep them, as it was written last."""

    municipality: str
    id: UUID
    latest: int
    in_use: int | None
    published: bool
    title: str
    theme: str
    written_by_name: str
    written_at: datetime
    used: int

    @property
    def is_pending(self) -> bool:
        """Whether a version waits for approval."""
        return self.in_use != self.latest


@dataclass(frozen=True, slots=True)
class Sought:
    """Which answers are wanted: of these places in their order, for the first of them, of a theme, by words;
    `open`: only what everybody may read."""

    places: Sequence[str]
    theme: str = ""
    query: str = ""
    open: bool = False
    limit: int = FOUND


async def add(db: Db, answer: Answer) -> None:
    """Store a new answer, without its words."""
    await db.execute(sql.add, answer.municipality, answer.id, answer.latest, answer.in_use, answer.published)


async def save(db: Db, answer: Answer) -> None:
    """Store an answer's present state."""
    state = (answer.latest, answer.in_use, answer.published, answer.removed_at)
    await db.execute(sql.save, answer.municipality, answer.id, *state)


async def lock(db: Db, id_: UUID) -> Answer:
    """An answer of a place that this transaction sees, locked. Raises NotFound."""
    return _one(await db.fetchrow(sql.lock, id_))


async def one(db: Db, id_: UUID) -> Answer:
    """An answer of a place that this transaction sees. Raises NotFound."""
    return _one(await db.fetchrow(sql.one, id_))


async def write(db: Db, answer: Answer, wording: Wording, by: Staff, at: datetime) -> None:
    """Store an answer's latest version."""
    words = (wording.theme, wording.title, wording.text)
    key = (answer.municipality, answer.id, answer.latest)
    await db.execute(sql.add_version, *key, *words, by.account, by.name, at)


async def approve(db: Db, answer: Answer, by: Staff, at: datetime) -> None:
    """Note who approved the latest version."""
    key = (answer.municipality, answer.id, answer.latest)
    await db.execute(sql.approve_version, *key, by.account, by.name, at)


async def versions(db: Db, answer: Answer) -> list[Version]:
    """Everything that was written, the latest first."""
    return [_version(row) for row in await db.fetch(sql.versions, answer.municipality, answer.id)]


async def listed(db: Db, municipality: str, theme: str, state: str, after: UUID | None) -> list[Listed]:
    """A place's answers, what waits for approval first; one more than a page holds."""
    rows = await db.fetch(sql.listed, municipality, theme, state, after, AT_ONCE + 1)
    return [Listed(**dict(row)) for row in rows]


async def pending(db: Db, places: Collection[str]) -> dict[str, int]:
    """How many answers wait for approval, by place; none where none does."""
    rows = await db.fetch(sql.pending, list(places))
    return {row["municipality"]: row["count"] for row in rows}


async def found(db: Db, sought: Sought) -> list[Usable]:
    """What may be sent, or read by everybody: by words, or all of it where nothing was typed."""
    asked = (list(sought.places), sought.theme, sought.open, sought.places[0], sought.limit)
    if not sought.query.strip():
        return [Usable(**dict(row)) for row in await db.fetch(sql.in_use, *asked)]
    rows = await db.fetch(sql.found, *asked, words_of(sought.query))
    return [Usable(**dict(row)) for row in rows]


async def used(db: Db, municipality: str, answer_id: UUID, at: datetime) -> None:
    """Count that an answer was sent to an initiator of a municipality that this transaction sees."""
    await db.execute(sql.used, municipality, answer_id, at)


def _one(row: asyncpg.Record | None) -> Answer:
    if row is None:
        raise NotFound("answer-unknown")
    return Answer(**dict(row))


def _version(row: asyncpg.Record) -> Version:
    r = dict(row)
    return Version(wording=Wording(*(r.pop(name) for name in ("theme", "title", "text"))), **r)
