"""Answer an inquiry, or ask the initiator back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.hotline import InquiryAnswered
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.directory.grants import Staff
from services.hotline.answers.domain.placeholders import check_filled
from services.hotline.answers.store import answers
from services.hotline.core.region import Known
from services.hotline.inquiries.commands import write_letters
from services.hotline.inquiries.commands.stepping import (
    Stepped,
    check_campaign,
    held,
    is_erased,
    kept,
    regulation,
    said_by,
    worker_of,
)
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.inquiries import Inquiry
from services.hotline.inquiries.domain.texts import check_answer
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Entry


@dataclass(frozen=True, slots=True)
class Answer:
    """What is written to the initiator; not `final`: they are asked, and their answer is waited for.
    `reused`: the answer to reuse from which it was written."""

    id: UUID
    text: str
    final: bool = True
    reused: UUID | None = None


async def answer_inquiry(pool: Pool, known: Known, by: Staff, given: Answer, at: Moment) -> Stepped:
    """The initiator reads it in a letter, if they left an address, and on their page; so do those whose
    inquiries were merged into this one, unless they had them erased.

    Raises NotFound, Forbidden, Invalid for no text and for a placeholder that is left in it, Conflict for
    what was answered.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found = await held(db, by, given.id)
        check_campaign(known, found.inquiry, at.now)
        text = check_filled(check_answer(given.text))
        now = regulation(known, found.inquiry.municipality, at.now)
        case = steps.answer(found.case, worker_of(by), given.final, now, at.now)
        kind = "answered" if given.final else "asked-back"
        entry = said_by(by, kind, case.inquiry, at.now, text)
        await _tell(db, known, case.inquiry, entry, at.now)
        if given.reused is not None:
            await answers.used(db, case.inquiry.municipality, given.reused, at.now)
        if given.final:
            for merged in await inquiries.lock_merged(db, case.inquiry):
                if not await is_erased(db, merged):
                    await _tell(db, known, merged, entry, at.now)
        return await idempotency.keep(db, at, await kept(db, case, InquiryAnswered))


async def _tell(db: Db, known: Known, inquiry: Inquiry, entry: Entry, now: datetime) -> None:
    await inquiries.note(db, inquiry, entry)
    write = write_letters.write_answered if entry.kind == "answered" else write_letters.write_asked_back
    await write(db, known, inquiry, entry, now)
