"""Merge an inquiry into another of the same initiator, or of the same matter."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryClosed, InquiryStatus
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Invalid
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.stepping import (
    Held,
    Stepped,
    check_campaign,
    held,
    kept,
    said_by,
)
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.inquiries import Inquiry, check_open
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class Merge:
    """Which one, into which other."""

    id: UUID
    into: UUID


async def merge_inquiries(pool: Pool, known: Known, by: Staff, given: Merge, at: Moment) -> Stepped:
    """Its words are shown in the other one, and its initiator gets the other's answer.

    Raises NotFound, Forbidden, Invalid for itself or another municipality's, Conflict for what has ended.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found, into = await _both(db, by, given)
        check_campaign(known, found.inquiry, at.now)
        case = steps.end(found.case, InquiryStatus.MERGED, into.id, at.now)
        await inquiries.note(db, case.inquiry, said_by(by, "merged", case.inquiry, at.now, str(into.number)))
        taken_in = said_by(by, "merged", into, at.now, str(case.inquiry.number))
        await inquiries.note(db, into, taken_in)
        # What was merged into this one before follows it.
        for merged in await inquiries.lock_merged(db, case.inquiry):
            await inquiries.lead_to(db, into, merged.id)
        return await idempotency.keep(db, at, await kept(db, case, InquiryClosed))


async def _both(db: Db, by: Staff, given: Merge) -> tuple[Held, Inquiry]:
    """Both under their locks: first the one that takes in, as an answer to it does. Whoever merges them
    crosswise waits before that."""
    if given.id == given.into:
        raise Invalid("merge-into-itself", field="into")
    await tenancy.see(db, *places_of(by, Deed.SEE_CASES))
    await inquiries.lock_merges(db, (await inquiries.one(db, given.into)).municipality)
    into = (await held(db, by, given.into)).inquiry
    found = await held(db, by, given.id)
    if found.inquiry.municipality != into.municipality:
        raise Invalid("merge-elsewhere", field="into")
    check_open(found.inquiry)
    if not into.is_open:
        raise Conflict("merge-into-closed", number=into.number)
    return found, into
