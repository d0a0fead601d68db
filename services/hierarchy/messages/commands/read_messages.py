"""Open what another has written, which is read then."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.accounts.store import accounts
from services.hierarchy.messages.reading import Contact, contacts
from services.hierarchy.messages.store import messages
from services.hierarchy.messages.store.messages import Message


@dataclass(frozen=True, slots=True)
class Opened:
    """With whom (`contact`: nobody to whom they write any more), and what was written, the latest first."""

    name: str
    contact: Contact | None
    found: Sequence[Message]


async def read_messages(
    pool: Pool, by: Staff, other: UUID, at: Moment, after: UUID | None, limit: int
) -> Opened:
    """Raises NotFound for somebody with whom they have nothing to do."""
    async with pool.acquire() as db, db.transaction():
        contact = (await contacts(db, by)).get(other)
        found = await messages.between(db, by.account, other, after, limit)
        if contact is None and not found and not await messages.between(db, by.account, other, None, 1):
            raise NotFound("message-nobody")
        await messages.read(db, by.account, other, at.now)
        name = contact.holder.name if contact else (await accounts.get(db, other)).name
        return Opened(name, contact, found)
