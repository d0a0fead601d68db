"""Calls, and the secrets with which exchanges tell them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.db.pruning import Rule
from services.hotline.calls.domain.calls import GRACE, Call, Heard, begun

sql = queries.load(__package__, "calls.sql")

CHANNEL = "calls"
"""Announced whenever something was told of a call."""

PRUNED = (Rule("call", sql.expired, timedelta(days=90)),)
"""A number is kept no longer than somebody may ask who has called; a case keeps its own."""

SHOWN = 100


async def secret(db: Db, municipality: str) -> bytes | None:
    """The digest of the secret of a municipality's line."""
    found: bytes | None = await db.fetchval(sql.secret, municipality)
    return found


async def secret_made(db: Db, municipality: str) -> datetime | None:
    """Since when a line has its secret."""
    found: datetime | None = await db.fetchval(sql.secret_made, municipality)
    return found


async def keep_secret(db: Db, municipality: str, digest: bytes, now: datetime) -> None:
    """From now on this one holds, and none before it."""
    await db.execute(sql.keep_secret, municipality, digest, now)


async def lock(db: Db, municipality: str, told: Heard) -> Call:
    """The call of a report, locked; a new one if nothing was told of it before."""
    c = begun(municipality, told)
    await db.execute(sql.begin, c.municipality, c.id, c.phone, c.written, c.dialled, c.began_at)
    found = await lock_one(db, municipality, told.id)
    return found or c


async def lock_one(db: Db, municipality: str, id_: str) -> Call | None:
    """A call, locked."""
    row = await db.fetchrow(sql.lock, municipality, id_)
    return Call(**dict(row)) if row else None


async def save(db: Db, call: Call) -> None:
    """Store what is known of a call."""
    c = call
    times = (c.began_at, c.rang_at, c.answered_at, c.hung_up_at, c.look_at)
    await db.execute(sql.save, c.municipality, c.id, c.phone, c.written, c.dialled, *times, c.inquiry_id)


async def due(db: Db, now: datetime, limit: int) -> list[tuple[str, str]]:
    """The calls that nobody has answered, by municipality and id. Needs to see every municipality."""
    return [(row["municipality"], row["id"]) for row in await db.fetch(sql.due, now, limit)]


async def lock_caller(db: Db, call: Call) -> None:
    """No other call of the same number becomes a case until this transaction ends."""
    await db.execute(sql.lock_caller, call.municipality, call.phone or call.written)


async def case_of(db: Db, call: Call, since: datetime) -> UUID | None:
    """The case that a call of the same number has become since then."""
    found: UUID | None = await db.fetchval(sql.case_of, call.municipality, call.phone, since, call.written)
    return found


async def last(db: Db, municipalities: Sequence[str]) -> list[Call]:
    """The last calls, the newest first."""
    return [Call(**dict(row)) for row in await db.fetch(sql.last, municipalities, SHOWN)]


async def ringing(db: Db, municipalities: Sequence[str], now: datetime) -> list[Call]:
    """Who waits to be answered at this moment."""
    rows = await db.fetch(sql.ringing, municipalities, now + GRACE)
    return [Call(**dict(row)) for row in rows]


async def forget_numbers_of(db: Db, inquiry: UUID) -> None:
    """Forget from which numbers the calls of an inquiry came, of whatever lines this transaction sees."""
    await db.execute(sql.forget_numbers_of, inquiry)
