"""The letters of an inquiry: their Message-IDs, and the headers of ours (RFC 5322, 3.6.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hotline.inquiries.domain.inquiries import Inquiry

sql = queries.load(__package__, "threads.sql")

REFERENCES_MOST = 10


@dataclass(frozen=True, slots=True)
class Thread:
    """An inquiry that a letter names, whose e-mail it has, and whether a letter of ours was named."""

    municipality: str
    id: UUID
    number: int
    email: str
    ours: bool


async def headers(
    db: Db, inquiry: Inquiry, letter: UUID, reply_to: str, written: bool, at: datetime
) -> dict[str, str]:
    """The headers of a letter of ours, whose Message-ID is noted: what it answers, where an answer goes, and
    whether somebody has written it."""
    message_id = f"{letter}@{reply_to.rpartition('@')[2] or 'dialogue'}"
    before = await db.fetch(sql.last, inquiry.municipality, inquiry.id, REFERENCES_MOST)
    await add(db, inquiry.municipality, inquiry.id, message_id, at, ours=True)
    found = {"Message-ID": f"<{message_id}>"}
    if before:
        found["References"] = " ".join(f"<{row['message_id']}>" for row in reversed(before))
        answered = next((row for row in before if not row["ours"]), before[0])
        found["In-Reply-To"] = f"<{answered['message_id']}>"
    if reply_to:
        found["Reply-To"] = reply_to
    if written:
        found["Auto-Submitted"] = "no"
    return found


async def add(
    db: Db, municipality: str, inquiry: UUID, message_id: str, at: datetime, ours: bool = False
) -> None:
    """Note a letter about an inquiry."""
    await db.execute(sql.add, municipality, inquiry, message_id, ours, at)


async def named(db: Db, message_ids: Sequence[str], number: int | None) -> list[Thread]:
    """The inquiries that a letter names by the letters before, then by their number, of the municipalities
    that this transaction sees."""
    rows = await db.fetch(sql.named, message_ids) if message_ids else []
    rows += await db.fetch(sql.numbered, number) if number is not None else []
    return [Thread(**dict(row)) for row in rows]


async def erase(db: Db, inquiry: Inquiry) -> None:
    """Forget the letters of an inquiry; what lies outside the database is left to the worker to discard."""
    for statement in (sql.erase_messages, sql.erase_wholes, sql.erase_files):
        await db.execute(statement, inquiry.municipality, inquiry.id)


async def erase_originals(db: Db, inquiry: Inquiry) -> None:
    """The same of its letters that were parked, to whose line ever they came. Needs to see every
    municipality."""
    await db.execute(sql.erase_originals, inquiry.municipality, inquiry.id)


async def is_ours(db: Db, message_id: str) -> bool:
    """Whether a letter is one that we sent."""
    return bool(await db.fetchval(sql.is_ours, message_id))
