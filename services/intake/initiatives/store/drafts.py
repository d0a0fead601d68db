"""Initiatives that are still being written."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.intake.core.domain import Author
from services.intake.initiatives.domain import Draft, DraftOf, Saved

sql = queries.load(__package__, "drafts.sql")


async def save(db: Db, who: Author, which: DraftOf, draft: Draft, at: datetime) -> int | None:
    """Store a draft as it is now; its version, or None where another page has saved it since."""
    content = (draft.direction, draft.organization, draft.form, draft.title, draft.text)
    own = (who.municipality, who.participant_id, which.id)
    version: int | None = await db.fetchval(sql.save, *own, *content, which.tab, at, which.version)
    return version


async def lock(db: Db, who: Author, id_: UUID) -> Saved:
    """The author's draft, locked. Raises NotFound."""
    return _saved(await db.fetchrow(sql.lock, who.municipality, who.participant_id, id_))


async def one_of(db: Db, who: Author, id_: UUID) -> Saved:
    """The author's draft. Raises NotFound."""
    return _saved(await db.fetchrow(sql.one_of, who.municipality, who.participant_id, id_))


async def all_of(db: Db, who: Author) -> list[Saved]:
    """The author's drafts, the latest first."""
    return [_saved(row) for row in await db.fetch(sql.all_of, who.municipality, who.participant_id)]


async def count_of(db: Db, who: Author) -> int:
    """How many drafts the author has."""
    return int(await db.fetchval(sql.count_of, who.municipality, who.participant_id))


async def remove(db: Db, who: Author, id_: UUID) -> None:
    """Delete a draft; it may be gone already."""
    await db.execute(sql.remove, who.municipality, who.participant_id, id_)


async def remove_all(db: Db, who: Author) -> None:
    """Delete every draft of the author's."""
    await db.execute(sql.remove_all, who.municipality, who.participant_id)


async def take(db: Db, submitted: Sequence[tuple[Author, DraftOf]]) -> set[UUID]:
    """Delete the drafts that these submissions were written in; which of them stood as they were known."""
    rows = [(who.municipality, who.participant_id, d.id, d.version, d.tab) for who, d in submitted]
    return {row["id"] for row in await db.fetch(sql.take, *zip(*rows, strict=True))}


def _saved(row: asyncpg.Record | None) -> Saved:
    if row is None:
        raise NotFound("draft-unknown")
    fields = dict(row)
    identity = {name: fields.pop(name) for name in ("id", "version", "saved_at", "begun_at")}
    return Saved(draft=Draft(**fields), **identity)
