"""Undo that an inquiry was merged or called spam."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryRestated
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.stepping import (
    Stepped,
    check_not_erased,
    held_by_supervisor,
    kept,
    regulation,
    said_by,
)
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class Restoring:
    """Which one."""

    id: UUID


async def restore_inquiry(pool: Pool, known: Known, by: Staff, given: Restoring, at: Moment) -> Stepped:
    """It waits in the queue again, by what was promised when it was asked; a supervisor does it.

    Raises NotFound, Forbidden, Conflict for what nobody has ended, and for what was erased.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found = await held_by_supervisor(db, known, by, given.id, at.now)
        await check_not_erased(db, found.inquiry)
        case = steps.restore(found.case, regulation(known, found.inquiry.municipality, at.now), at.now)
        await inquiries.note(db, case.inquiry, said_by(by, "restored", case.inquiry, at.now))
        return await idempotency.keep(db, at, await kept(db, case, InquiryRestated))
