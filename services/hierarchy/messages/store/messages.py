"""Messages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.text import shortened

sql = queries.load(__package__, "messages.sql")


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote, and when the other has read it."""

    id: UUID
    sender: UUID
    body: str
    sent_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What somebody and another (`other`) have written: the last message, and how many are unread."""

    other: UUID
    name: str
    id: UUID
    body: str
    sent_at: datetime
    mine: bool
    unread: int

    @property
    def beginning(self) -> str:
        """The last message's, for a list."""
        return shortened(" ".join(self.body.split()), 120)


@dataclass(frozen=True, slots=True)
class Unread:
    """How many messages nobody has read yet, and of whom the first is."""

    count: int
    first: UUID | None


async def add(db: Db, municipality: str, id_: UUID, pair: tuple[UUID, UUID], body: str, at: datetime) -> None:
    """Store a message from the first to the second."""
    await db.execute(sql.add, municipality, id_, *pair, body, at)


async def conversations(db: Db, account: UUID, after: UUID | None, limit: int) -> list[Conversation]:
    """With whom somebody has written, the latest first."""
    rows = await db.fetch(sql.conversations, account, after, limit)
    return [Conversation(**dict(row)) for row in rows]


async def between(db: Db, account: UUID, other: UUID, after: UUID | None, limit: int) -> list[Message]:
    """What two people have written to each other, the latest first."""
    rows = await db.fetch(sql.between, account, other, after, limit)
    return [Message(**dict(row)) for row in rows]


async def read(db: Db, account: UUID, sender: UUID, at: datetime) -> None:
    """Somebody has read what another has written."""
    await db.execute(sql.read, account, sender, at)


async def unread(db: Db, account: UUID) -> Unread:
    """What somebody has not read."""
    return Unread(**dict(await db.fetchrow(sql.unread, account) or {}))
