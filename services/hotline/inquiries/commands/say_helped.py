"""The initiator says whether the answer helped."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryClosed, InquiryReopened, InquiryRestated, InquiryStatus
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.reply_to_inquiry import still_appointed, taken_up
from services.hotline.inquiries.commands.stepping import (
    Stepped,
    check_campaign,
    kept,
    locked,
    regulation,
    stepped,
)
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Entry


@dataclass(frozen=True, slots=True)
class Helped:
    """Of which inquiry, and what they say."""

    municipality: str
    id: UUID
    helped: bool


async def say_helped(pool: Pool, known: Known, given: Helped, at: Moment) -> Stepped:
    """Yes closes it, no takes it up again.

    Raises NotFound, Conflict before it was answered, long after it was closed, after the campaign's end.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        await tenancy.see(db, given.municipality)
        found = await locked(db, given.id)
        inquiry = found.inquiry
        check_campaign(known, inquiry, at.now)
        if inquiry.status not in steps.ANSWERED:
            raise Conflict("inquiry-unanswered", number=inquiry.number)
        if not given.helped:
            keeps = await still_appointed(db, inquiry, at.now)
            case = steps.reply(found.case, keeps, regulation(known, inquiry.municipality, at.now), at.now)
            await taken_up(db, known, case, InquiryReopened, at.now, case.inquiry)
            return await idempotency.keep(db, at, stepped(case.inquiry))
        if inquiry.status is InquiryStatus.CLOSED:
            case = found.case.changed(helped=True)
            return await idempotency.keep(db, at, await kept(db, case, InquiryRestated))
        case = steps.close(found.case, helped=True, now=at.now)
        await inquiries.note(db, case.inquiry, Entry("closed", at.now))
        return await idempotency.keep(db, at, await kept(db, case, InquiryClosed))
