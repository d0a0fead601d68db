"""Close an inquiry that was answered."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryClosed
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands import write_letters
from services.hotline.inquiries.commands.stepping import Stepped, check_campaign, held, kept, said_by
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class Closing:
    """Which one."""

    id: UUID


async def close_inquiry(pool: Pool, known: Known, by: Staff, given: Closing, at: Moment) -> Stepped:
    """The initiator is told; a reply within fourteen days takes it up again.

    Raises NotFound, Forbidden, Conflict for what was not answered, or is closed.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found = await held(db, by, given.id)
        check_campaign(known, found.inquiry, at.now)
        case = steps.close(found.case, None, at.now)
        await inquiries.note(db, case.inquiry, said_by(by, "closed", case.inquiry, at.now))
        await write_letters.write_closed(db, known, case.inquiry, at.now)
        return await idempotency.keep(db, at, await kept(db, case, InquiryClosed))
