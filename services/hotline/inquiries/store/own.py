"""What participants asked while they were signed in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hotline.inquiries.domain.inquiries import Inquiry
from services.hotline.inquiries.store import inquiries

sql = queries.load(__package__, "own.sql")


@dataclass(frozen=True, slots=True)
class Own:
    """An inquiry of a participant's: what it is about in a line, and which of its links is good. `as_of`: the
    one that is answered, where it was merged into another."""

    inquiry: Inquiry
    subject: str
    link_version: int
    as_of: Inquiry


async def of_participant(db: Db, participant: UUID, before: int | None, limit: int) -> list[Own]:
    """A portion of what they asked, the newest first. Needs to see every municipality."""
    rows = await db.fetch(sql.of_participant, participant, before, limit)
    return [await _own(db, dict(row)) for row in rows]


async def _own(db: Db, row: dict[str, Any]) -> Own:
    subject, link_version = row.pop("subject"), row.pop("link_version")
    inquiry = inquiries.inquiry_of(row)
    merged = inquiry.merged_into
    return Own(inquiry, subject, link_version, await inquiries.one(db, merged) if merged else inquiry)
