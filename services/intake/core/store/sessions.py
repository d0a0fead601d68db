"""The sessions of participants."""

from datetime import datetime
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.core.domain import Author

sql = queries.load(__package__, "sessions.sql")


async def begin(db: Db, author: Author, begun_at: datetime, expires_at: datetime) -> None:
    """Store the session of an author who has just signed in."""
    whose = (author.participant_id, author.municipality, author.campaign)
    await db.execute(sql.begin, UUID(author.session), *whose, begun_at, expires_at)


async def find(db: Db, session: UUID, now: datetime) -> Author | None:
    """Whose session this is, if it still lives."""
    return _author(session, await db.fetchrow(sql.find, session, now))


async def find_since(db: Db, session: UUID, began: datetime, now: datetime) -> Author | None:
    """Whose session this is, if it still lives and began after a moment."""
    return _author(session, await db.fetchrow(sql.find_since, session, now, began))


async def remove(db: Db, session: UUID) -> None:
    """Sign out."""
    await db.execute(sql.remove, session)


async def remove_all(db: Db, participant_id: UUID) -> None:
    """Sign a participant out everywhere."""
    await db.execute(sql.remove_all, participant_id)


async def living(db: Db, participant_id: UUID, now: datetime) -> list[tuple[datetime, datetime]]:
    """When each session of a participant that still lives began, and when it expires."""
    return [tuple(row) for row in await db.fetch(sql.living, participant_id, now)]


async def moved_since(db: Db, moment: datetime) -> set[UUID]:
    """Who has corrected their municipality since then."""
    return {row["participant_id"] for row in await db.fetch(sql.moved_since, moment)}


def _author(session: UUID, row: asyncpg.Record | None) -> Author | None:
    return Author(row["participant_id"], row["tenant"], row["campaign"], str(session)) if row else None
