"""Correct an inquiry's theme or organization."""

from dataclasses import dataclass
from uuid import UUID

from contracts.hotline import InquiryRestated, InquiryStatus
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Conflict
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.core.store import themes
from services.hotline.inquiries.commands.stepping import Stepped, held, kept, said_by
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class Correction:
    """What it is about, and of which organization the initiator is."""

    id: UUID
    theme: str
    organization: UUID | None


async def correct_inquiry(pool: Pool, known: Known, by: Staff, given: Correction, at: Moment) -> Stepped:
    """Its clocks and its holder stay; the figures follow.

    Raises NotFound, Forbidden, Invalid for a theme or an organization that there is not, Conflict for what
    was merged or is spam.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found = await held(db, by, given.id)
        inquiry = found.inquiry
        if inquiry.status in (InquiryStatus.MERGED, InquiryStatus.SPAM):
            raise Conflict("inquiry-closed", number=inquiry.number)
        checks = Checks()
        # A theme that was removed meanwhile stays with its cases.
        same = given.theme == inquiry.theme
        direction = inquiry.direction if same else (await themes.known(db, given.theme, checks)).direction
        if given.organization != inquiry.organization:
            check = known.picture.check_organization
            checks.take(lambda: check(given.organization, inquiry.municipality))
        checks.settle()
        what = {"theme": given.theme, "direction": direction, "organization": given.organization}
        case = found.case.changed(**what)
        await inquiries.note(db, case.inquiry, said_by(by, "corrected", case.inquiry, at.now))
        return await idempotency.keep(db, at, await kept(db, case, InquiryRestated))
