"""Letters that wait to be sent; a service that writes to people has the table `letter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db, announce

sql = queries.load(__package__, "letters.sql")

CHANNEL = "letters"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one person."""

    id: UUID
    recipient: str
    subject: str
    body: str
    attempts: int = 0


async def write(db: Db, letter: Letter, at: datetime) -> None:
    """Store a letter in the transaction that makes it necessary; the worker sends it."""
    await db.execute(sql.insert, letter.id, letter.recipient, letter.subject, letter.body, at)
    announce(db, CHANNEL)


async def take(db: Db, now: datetime, limit: int) -> list[Letter]:
    """Letters that are due, locked against other workers."""
    return [Letter(**dict(row)) for row in await db.fetch(sql.take, now, limit)]


async def remove(db: Db, sent: Sequence[UUID]) -> None:
    """Forget letters that were sent."""
    await db.execute(sql.remove, list(sent))


async def put_off(db: Db, letter_id: UUID, until: datetime) -> None:
    """Try a letter again later."""
    await db.execute(sql.put_off, letter_id, until)
