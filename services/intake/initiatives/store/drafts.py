"""Initiatives that are still being written."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.intake.attachments.domain.attachments import Holder
from services.intake.attachments.store import attachments
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
    """Delete a draft with its files; it may be gone already."""
    await _removed(db, who, await db.fetch(sql.remove, who.municipality, who.participant_id, id_))


async def remove_all(db: Db, who: Author) -> None:
    """Delete every draft of the author's with its files."""
    await _removed(db, who, await db.fetch(sql.remove_all, who.municipality, who.participant_id))


async def count_files(db: Db, who: Author, id_: UUID, more: int, at: datetime) -> None:
    """A draft has so many files more."""
    await db.execute(sql.count_files, who.municipality, who.participant_id, id_, more, at)


async def hold(db: Db, submitted: Sequence[tuple[Author, DraftOf]]) -> dict[UUID, int]:
    """Lock the drafts that these submissions were written in; which of them stand as they are known, and how
    many files each has."""
    rows = [(who.municipality, who.participant_id, d.id, d.version, d.tab) for who, d in submitted]
    return {row["id"]: row["files"] for row in await db.fetch(sql.hold, *zip(*rows, strict=True))}


async def remove_submitted(db: Db, submitted: Sequence[tuple[Author, UUID]]) -> None:
    """Delete these drafts, whose files get another holder."""
    rows = [(who.municipality, who.participant_id, id_) for who, id_ in submitted]
    await db.execute(sql.remove_submitted, *zip(*rows, strict=True))


def holder_of(who: Author, id_: UUID) -> Holder:
    """What the files of a draft belong to."""
    return Holder(who.municipality, id_, who.participant_id)


async def _removed(db: Db, who: Author, rows: Sequence[asyncpg.Record]) -> None:
    # After the drafts: a file that was added while these were waited for is found by then.
    if rows:
        await attachments.remove_all_of(db, [holder_of(who, row["id"]) for row in rows])


def _saved(row: asyncpg.Record | None) -> Saved:
    if row is None:
        raise NotFound("draft-unknown")
    fields = dict(row)
    identity = {name: fields.pop(name) for name in ("id", "version", "saved_at", "begun_at", "files")}
    return Saved(draft=Draft(**fields), **identity)
