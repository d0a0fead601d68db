"""Revoke an initiator's link and send them another one."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands import write_letters
from services.hotline.inquiries.commands.stepping import Stepped, held, inside, said_by, stepped
from services.hotline.inquiries.store import inquiries


@dataclass(frozen=True, slots=True)
class Revocation:
    """Of which one."""

    id: UUID


async def revoke_link(pool: Pool, known: Known, by: Staff, given: Revocation, at: Moment) -> Stepped:
    """The link that somebody else may have is worth nothing from now on; without an address there is no other
    one. Raises NotFound, Forbidden, Conflict where the initiator was never given any."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        inquiry = (await held(db, by, given.id)).inquiry
        if not (await inquiries.asked(db, inquiry)).has_link(inquiry.channel):
            raise Conflict("link-not-given", number=inquiry.number)
        await inquiries.revoke_link(db, inquiry)
        await write_letters.write_link(db, known, inquiry, at.now)
        await inquiries.note(db, inquiry, inside(said_by(by, "link-revoked", inquiry, at.now)))
        return await idempotency.keep(db, at, stepped(inquiry))
