"""Return an inquiry to the level that offered it."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryTransferred
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Forbidden
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.stepping import (
    Stepped,
    check_campaign,
    held,
    inside,
    kept,
    regulation,
    said_by,
    supervising,
)
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.texts import check_reason
from services.hotline.inquiries.domain.viewers import stands_at
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class Return:
    """Which one, and why it is not theirs to answer."""

    id: UUID
    reason: str


async def return_inquiry(pool: Pool, known: Known, by: Staff, given: Return, at: Moment) -> Stepped:
    """Back to the queue from which it came, with the reason for the colleagues.

    Raises NotFound, Forbidden, Invalid without a reason, Conflict for what nobody has offered.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found = await held(db, by, given.id)
        inquiry = found.inquiry
        check_campaign(known, inquiry, at.now)
        theirs = stands_at(by, inquiry.municipality, inquiry.holder)
        if not (theirs or await supervising(db, known, by, inquiry, at.now)):
            raise Forbidden("not-offered-to-you")
        reason = check_reason(given.reason)
        now = regulation(known, inquiry.municipality, at.now)
        case = steps.give_back(found.case, found.passed, now, at.now)
        await inquiries.note(db, inquiry, said_by(by, "returned", inquiry, at.now))
        await inquiries.note(db, inquiry, inside(said_by(by, "note", inquiry, at.now, reason)))
        await inquiries.pass_to(db, case.inquiry, at.now, "returned")
        return await idempotency.keep(db, at, await kept(db, case, InquiryTransferred))
