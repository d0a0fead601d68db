"""Sessions of the staff."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.accounts.domain.accounts import SESSION_VALID

sql = queries.load(__package__, "sessions.sql")


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner sees it."""

    id: UUID
    device: str
    begun_at: datetime
    seen_at: datetime


async def begin(
    db: Db, id_: UUID, account: UUID, device: str, now: datetime, by_provider: bool = False
) -> None:
    """Store a new session, and whether it began at an external provider."""
    await db.execute(sql.begin, id_, account, device, now, now + SESSION_VALID, by_provider)


async def by_provider(db: Db, id_: UUID) -> bool:
    """Whether a session began at an external provider."""
    return bool(await db.fetchval(sql.by_provider, id_))


async def renew(db: Db, id_: UUID, now: datetime) -> tuple[UUID, str] | None:
    """Whose session this is, and their name; None if it has ended or run out."""
    found = await db.fetchrow(sql.renew, id_, now)
    return (found["account"], found["name"]) if found else None


async def of_account(db: Db, account: UUID, now: datetime) -> list[Session]:
    """The open sessions of an account, the one used last first."""
    return [Session(**dict(row)) for row in await db.fetch(sql.of_account, account, now)]


async def end(db: Db, account: UUID, id_: UUID, now: datetime) -> list[UUID]:
    """End one session of an account; its id, unless it was over already."""
    return [row["id"] for row in await db.fetch(sql.end, account, id_, now)]


async def end_all(db: Db, account: UUID, now: datetime) -> list[UUID]:
    """End every session of an account."""
    return [row["id"] for row in await db.fetch(sql.end_all, account, now)]


async def ended_since(db: Db, moment: datetime) -> list[tuple[UUID, datetime]]:
    """The sessions that were ended since a moment."""
    return [(row["id"], row["ended_at"]) for row in await db.fetch(sql.ended_since, moment)]
