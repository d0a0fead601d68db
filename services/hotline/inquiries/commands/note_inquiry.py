"""Note something about an inquiry for the colleagues."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.stepping import (
    Stepped,
    check_not_erased,
    held,
    inside,
    said_by,
    stepped,
)
from services.hotline.inquiries.domain.texts import check_note
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class Note:
    """Which one, and what the initiator does not read."""

    id: UUID
    text: str


async def note_inquiry(pool: Pool, _: Known, by: Staff, given: Note, at: Moment) -> Stepped:
    """It stays inside, and nothing of the inquiry changes.

    Raises NotFound, Forbidden, Invalid for no text, Conflict for what was erased.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        inquiry = (await held(db, by, given.id)).inquiry
        await check_not_erased(db, inquiry)
        text = check_note(given.text)
        if not text:
            raise Invalid("note-empty", field="note")
        await inquiries.note(db, inquiry, inside(said_by(by, "note", inquiry, at.now, text)))
        return await idempotency.keep(db, at, stepped(inquiry))
