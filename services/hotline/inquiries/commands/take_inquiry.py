"""Take an inquiry from the queue, accept one that was offered, or take it over from a colleague."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryStatus, InquiryTaken
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict, Forbidden
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.stepping import (
    Held,
    Stepped,
    check_campaign,
    held,
    kept,
    said_by,
    stepped,
    supervising,
    worker_of,
)
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.inquiries import Inquiry, check_open
from services.hotline.inquiries.domain.viewers import stands_at
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class TakeInquiry:
    """Which one; `instead_of`: the colleague who has it, as the form showed them."""

    id: UUID
    instead_of: UUID | None = None


async def take_inquiry(pool: Pool, known: Known, by: Staff, given: TakeInquiry, at: Moment) -> Stepped:
    """Of two at once one gets it, and the other is told who.

    Raises NotFound, Forbidden, Conflict.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found = await held(db, by, given.id)
        inquiry = check_open(found.inquiry)
        check_campaign(known, inquiry, at.now)
        offered = inquiry.status is InquiryStatus.TRANSFERRED
        if inquiry.holder.account == by.account and not offered:
            return await idempotency.keep(db, at, stepped(inquiry))
        _check(by, given, found, await supervising(db, known, by, inquiry, at.now))
        case = steps.take(found.case, worker_of(by))
        kind = "accepted" if offered else "taken"
        await inquiries.note(db, case.inquiry, said_by(by, kind, case.inquiry, at.now))
        return await idempotency.keep(db, at, await kept(db, case, InquiryTaken))


def _check(by: Staff, given: TakeInquiry, found: Held, superior: bool) -> None:
    """Who holds it already is asked for by name, by a supervisor or the level to which it has climbed."""
    inquiry = found.inquiry
    theirs = stands_at(by, inquiry.municipality, inquiry.holder)
    offered = inquiry.status is InquiryStatus.TRANSFERRED
    if offered and not (theirs or superior):
        raise Forbidden("not-offered-to-you")
    if offered or inquiry.holder.account is None:
        return
    if given.instead_of != inquiry.holder.account:
        raise Conflict("inquiry-taken", name=name_of(inquiry), number=inquiry.number)
    if not (superior or (theirs and _has_climbed(found))):
        raise Forbidden("not-yours-to-take-over", name=name_of(inquiry))


def _has_climbed(found: Held) -> bool:
    return bool(found.passed) and found.passed[-1].why == "escalated"


def name_of(inquiry: Inquiry) -> str:
    """Who has it, as a colleague reads it."""
    return inquiry.holder.name or "коллега"
