"""Initiatives by their words, and what is shown of those that are alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.core.domain import Author
from services.intake.initiatives.domain import OPEN
from services.intake.initiatives.likeness import Words

sql = queries.load(__package__, "hints.sql")


@dataclass(frozen=True, slots=True)
class Alike:
    """One that is alike. Of another's, its author's text is nobody's to see: it has no title, but may be
    supported while it is open."""

    id: UUID
    number: int
    direction: str
    title: str
    own: bool
    supportable: bool


async def newest(db: Db, municipality: str, below: int, limit: int) -> list[tuple[int, Words]]:
    """Initiatives of a municipality below a number, the newest first, each with its number."""
    rows = await db.fetch(sql.newest, municipality, below, limit)
    return [(row["number"], _words(row["id"], row["title"], row)) for row in rows]


async def words_of(db: Db, id_: UUID, title: str, text: str) -> Words:
    """What is written, as it is compared."""
    (row,) = await db.fetch(sql.stems, title, text)
    return _words(id_, title, row)


async def shown(db: Db, who: Author, ids: Sequence[UUID]) -> list[Alike]:
    """What is shown of these, in order; what was withdrawn or erased meanwhile is not."""
    rows = await db.fetch(sql.shown, who.municipality, list(ids), who.participant_id, list(OPEN))
    return [_alike(row) for row in rows]


def _alike(row: asyncpg.Record) -> Alike:
    own = bool(row["own"])
    title, supportable = (row["title"], False) if own else ("", row["own"] is False and row["open"])
    return Alike(row["id"], row["number"], row["direction"], title, own, supportable)


def _words(id_: UUID, title: str, row: asyncpg.Record) -> Words:
    return Words(id_, title, tuple(row["title_stems"]), tuple(row["stems"]))
