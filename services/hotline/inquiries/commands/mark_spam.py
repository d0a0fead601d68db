"""Call an inquiry spam."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryClosed, InquiryStatus
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.stepping import Stepped, held, kept, part, said_by
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class Spam:
    """Which one."""

    id: UUID


async def mark_spam(pool: Pool, known: Known, by: Staff, given: Spam, at: Moment) -> Stepped:
    """Nobody answers it, and nothing is written; a supervisor undoes it.

    Raises NotFound, Forbidden, Conflict for what was answered or has ended.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found = await held(db, by, given.id)
        case = steps.end(found.case, InquiryStatus.SPAM, None, at.now)
        await inquiries.note(db, case.inquiry, said_by(by, "spam", case.inquiry, at.now))
        await part(db, known, case.inquiry, at.now)
        return await idempotency.keep(db, at, await kept(db, case, InquiryClosed))
