"""When the letters of a network leave, and which passes of the flood guard were used."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.participants.domain import ALLOWANCE, LETTER_TAKES

sql = queries.load(__package__, "pacing.sql")


class Waiting(NamedTuple):
    """A code that waits; without a participant: for an address that nobody has."""

    network: bytes
    address: bytes
    participant_id: UUID | None


async def join_wait(db: Db, waiting: Waiting, now: datetime) -> datetime | None:
    """When the letter leaves that this address waits for already, if it does."""
    found: datetime | None = await db.fetchval(sql.join_wait, *waiting, now)
    return found


async def take_turn(db: Db, network: bytes, now: datetime) -> datetime:
    """When the next letter of a network leaves: now, unless many have left."""
    found: datetime = await db.fetchval(sql.take_turn, network, now, LETTER_TAKES, ALLOWANCE)
    return found


async def wait(db: Db, waiting: Waiting, release_at: datetime) -> None:
    """Let a code wait."""
    await db.execute(sql.wait, *waiting, release_at)


async def due(db: Db, now: datetime, limit: int) -> list[Waiting]:
    """Those whose turn has come, the longest first."""
    return [Waiting(*row) for row in await db.fetch(sql.due, now, limit)]


async def stop_waiting(db: Db, one: Waiting, now: datetime) -> bool:
    """Whether it waited until now; it does no longer."""
    return bool(await db.fetchval(sql.stop_waiting, one.network, one.address, now))


async def use_pass(db: Db, token: bytes, used_by: bytes, expires_at: datetime) -> bool:
    """Whether a pass is used by this request, and by no other."""
    return bool(await db.fetchval(sql.use_pass, token, used_by, expires_at))
