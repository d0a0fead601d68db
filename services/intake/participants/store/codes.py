"""The codes that confirm addresses, known by handles; of addresses that nobody has as well."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "codes.sql")


@dataclass(frozen=True, slots=True)
class Code:
    """The code of the last letter, as a digest, and how often it may still be tried. Without a participant:
    of a letter that was not written, because nobody has the address."""

    participant_id: UUID | None
    digest: bytes
    expires_at: datetime
    attempts_left: int
    hour_began_at: datetime
    sent_this_hour: int


async def whose(db: Db, handle: UUID) -> UUID | None:
    """Whose code it is; nothing also for a handle for which no code was made."""
    found: UUID | None = await db.fetchval(sql.whose, handle)
    return found


async def lock(db: Db, handle: UUID) -> Code | None:
    """The code of the last letter, locked."""
    row = await db.fetchrow(sql.lock, handle)
    return Code(*row) if row else None


async def save(db: Db, handle: UUID, code: Code) -> None:
    """Store the code of a new letter; the one before is no longer good."""
    if code.participant_id is not None:
        await db.execute(sql.forget_others, handle, code.participant_id)
    await db.execute(
        sql.save,
        *(handle, code.participant_id, code.digest, code.expires_at, code.attempts_left),
        *(code.hour_began_at, code.sent_this_hour),
    )


async def spend_attempt(db: Db, handle: UUID) -> None:
    """A wrong code was tried."""
    await db.execute(sql.spend_attempt, handle)


async def spend(db: Db, handle: UUID, at: datetime) -> None:
    """The code was used; it is not good any more."""
    await db.execute(sql.spend, handle, at)
