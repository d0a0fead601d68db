"""Give a case to a colleague."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryTaken
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.directory.grants import Staff
from services.hotline.core.domain.audit import INQUIRY_ASSIGNED
from services.hotline.core.region import Known
from services.hotline.core.store import audit, colleagues
from services.hotline.inquiries.commands.stepping import (
    Stepped,
    check_campaign,
    held_by_supervisor,
    kept,
    stepped,
)
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.inquiries import check_open
from services.hotline.inquiries.domain.steps import Worker
from services.hotline.inquiries.domain.viewers import holders_of
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Entry


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which one, and to whom."""

    id: UUID
    account: UUID | None


async def assign_inquiry(pool: Pool, known: Known, by: Staff, given: Assignment, at: Moment) -> Stepped:
    """A supervisor's right, whoever has it now. Its clocks go on.

    Raises NotFound, Forbidden, Invalid for somebody who does not see it, Conflict for what has ended.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found = await held_by_supervisor(db, known, by, given.id, at.now)
        inquiry = check_open(found.inquiry)
        check_campaign(known, inquiry, at.now)
        passed = holders_of(found.passed)
        seeing = await colleagues.seeing(db, inquiry.municipality, passed, at.now)
        here = {one.account: one for one in seeing}
        if given.account is None or given.account not in here:
            raise Invalid("colleague-unknown", field="account")
        if given.account == inquiry.holder.account:
            return await idempotency.keep(db, at, stepped(inquiry))
        colleague = here[given.account]
        case = steps.take(found.case, Worker(colleague.account, colleague.name))
        level = case.inquiry.holder.level
        entry = Entry("taken", at.now, "", level, colleague.account, colleague.name)
        await inquiries.note(db, case.inquiry, entry)
        await audit.note(db, inquiry.municipality, by, at.now, INQUIRY_ASSIGNED, f"inquiry:{inquiry.id}")
        return await idempotency.keep(db, at, await kept(db, case, InquiryTaken))
