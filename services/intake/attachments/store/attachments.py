"""Files of drafts and initiatives, and those that are to be removed from the storage."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound, Unavailable
from services.intake.attachments.domain.attachments import Attachment, AttachmentState, Holder

sql = queries.load(__package__, "attachments.sql")


async def announce(db: Db, key: str) -> None:
    """A file will be written here, and is removed after an hour unless its attachment is added before."""
    await db.execute(sql.announce, key)


async def add(db: Db, holder: Holder, attachment: Attachment) -> None:
    """Store the attachment of a file that was written. Raises Unavailable if it was removed meanwhile."""
    a = attachment
    if not await db.fetchval(sql.settle, a.key):
        raise Unavailable("files-unavailable")
    content = (a.name, a.media_type, a.size, a.key, a.state)
    await db.execute(sql.add, *holder, a.id, *content, a.added_at)


async def of(db: Db, holder: Holder) -> list[Attachment]:
    """The files of a draft or an initiative, in the order in which they were added."""
    return [_attachment(row) for row in await db.fetch(sql.of, *holder)]


async def of_many(db: Db, holders: Sequence[Holder]) -> dict[Holder, list[Attachment]]:
    """The same of each of these."""
    found: dict[Holder, list[Attachment]] = {holder: [] for holder in holders}
    for row in await db.fetch(sql.of_many, *_columns(holders)):
        found[holders[row["nth"] - 1]].append(_attachment(row))
    return found


async def one_of(db: Db, holder: Holder, id_: UUID) -> Attachment:
    """One that may be downloaded. Raises NotFound."""
    row = await db.fetchrow(sql.one_of, *holder, id_)
    if row is None or not (found := _attachment(row)).is_shown:
        raise NotFound("attachment-unknown")
    return found


async def remove(db: Db, holder: Holder, id_: UUID) -> bool:
    """Remove one; whether it was there."""
    return bool(await db.fetchval(sql.remove, *holder, id_))


async def remove_all_of(db: Db, holders: Sequence[Holder]) -> None:
    """Remove every file of these drafts and initiatives."""
    await db.execute(sql.remove_all_of, *_columns(holders))


async def hand_over(db: Db, became: Sequence[tuple[Holder, UUID]]) -> None:
    """The files of drafts are those of the initiatives that they became."""
    rows = [(*draft, initiative) for draft, initiative in became]
    await db.execute(sql.hand_over, *zip(*rows, strict=True))


async def claim_waiting(db: Db, most: int, pause: timedelta, longest: timedelta) -> list[Attachment]:
    """Some that the scanner is to be asked for, which nobody else asks for meanwhile."""
    return [_attachment(row) for row in await db.fetch(sql.claim_waiting, most, pause, longest)]


async def waiting(db: Db) -> int:
    """How many wait for the scanner."""
    return int(await db.fetchval(sql.waiting))


async def clear(db: Db, attachment: Attachment) -> None:
    """The scanner has found nothing in it."""
    await db.execute(sql.clear, attachment.municipality, attachment.id)


async def condemn(db: Db, attachment: Attachment) -> None:
    """It is infected: its file goes, and its author is told."""
    await db.execute(sql.condemn, attachment.municipality, attachment.id)


async def release(db: Db) -> int:
    """Let everything be shown that waits, as nobody scans; how many those are."""
    return int((await db.execute(sql.release)).rpartition(" ")[2])


async def leftovers(db: Db, most: int) -> list[str]:
    """The keys of files that nobody needs."""
    return [row["key"] for row in await db.fetch(sql.leftovers, most)]


async def forget(db: Db, key: str) -> None:
    """A file that nobody needed is gone."""
    await db.execute(sql.settle, key)


def _columns(holders: Sequence[Holder]) -> tuple[Sequence[object], ...]:
    return tuple(zip(*holders, strict=True)) or ((), (), ())


def _attachment(row: asyncpg.Record) -> Attachment:
    fields = {name: value for name, value in row.items() if name != "nth"}
    return Attachment(**fields | {"state": AttachmentState(row["state"])})
