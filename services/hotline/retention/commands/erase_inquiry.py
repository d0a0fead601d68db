"""Erase what an initiator wrote and how to reach them, because they ask for it."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryClosed, InquiryRestated
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.mail import letters
from services.hotline.calls.store import calls
from services.hotline.consultations.store import consultations
from services.hotline.core.domain.audit import INQUIRY_ERASED
from services.hotline.core.region import Known
from services.hotline.core.store import audit
from services.hotline.desk.store import drafts
from services.hotline.inquiries.commands.stepping import Stepped, kept, locked, part
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.store import inquiries, threads
from services.hotline.inquiries.store.inquiries import Entry

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Erasure:
    """Of which inquiry."""

    municipality: str
    id: UUID


async def erase_inquiry(pool: Pool, known: Known, given: Erasure, at: Moment) -> Stepped:
    """Nobody answers it any more, letters that wait are dropped, no link opens it, and nothing stays of its
    letters and files, its calls' numbers, what was begun to be written, or what was written down of a
    consultation about it; the figures keep all of its dimensions. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        await tenancy.see(db, given.municipality)
        found = await locked(db, given.id)
        case = steps.withdraw(found.case, at.now)
        if found.inquiry.is_open:
            await part(db, known, case.inquiry, at.now)
        await inquiries.note(db, case.inquiry, Entry("erased", at.now))
        await inquiries.erase(db, case.inquiry, at.now)
        await letters.drop(db, given.id)
        await consultations.forget_words_of(db, given.municipality, given.id)
        await drafts.drop_about(db, given.municipality, given.id)
        await audit.note(db, given.municipality, None, at.now, INQUIRY_ERASED, given.id)
        event = InquiryClosed if found.inquiry.times.closed_at is None else InquiryRestated
        done = await kept(db, case, event)
        # Its calls and letters may have come to the line of another municipality, which serves it.
        await tenancy.see(db, EVERYTHING)
        await threads.erase_originals(db, case.inquiry)
        await calls.forget_numbers_of(db, given.id)
        return await idempotency.keep(db, at, done)
