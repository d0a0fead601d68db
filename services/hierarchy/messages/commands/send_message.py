"""Write to who stands directly above or below."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Forbidden, NotFound
from services.directory.grants import Staff
from services.hierarchy.messages.domain import check_body
from services.hierarchy.messages.reading import contacts
from services.hierarchy.messages.store import messages


@dataclass(frozen=True, slots=True)
class NewMessage:
    """To whose account, and what."""

    to: UUID
    body: str


@dataclass(frozen=True, slots=True)
class Sent:
    """When it was sent."""

    id: UUID
    sent_at: datetime


async def send_message(pool: Pool, by: Staff, given: NewMessage, at: Moment) -> Sent:
    """Raises NotFound for somebody who never stood beside them, Forbidden for who does no more, Invalid."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Sent):
            return done
        contact = (await contacts(db, by)).get(given.to)
        if contact is None:
            known = await messages.between(db, by.account, given.to, None, 1)
            raise Forbidden("message-no-more") if known else NotFound("message-nobody")
        body, id_ = check_body(given.body), uuid_utils.compat.uuid7()
        await messages.add(db, contact.municipality, id_, (by.account, given.to), body, at.now)
        return await idempotency.keep(db, at, Sent(id_, at.now))
