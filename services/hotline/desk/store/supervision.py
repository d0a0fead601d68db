"""Readings for those who supervise: who has how much, what is oldest, what was late today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level
from contracts.hotline import InquiryStatus
from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "supervision.sql")

SHOWN = 20
"""Of the oldest ones, and of what was late today."""


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has of a municipality's open cases; nobody: what waits to be taken."""

    municipality: str
    account: UUID | None
    name: str
    open: int
    waiting: int
    overdue: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody has answered."""

    municipality: str
    account: UUID | None
    name: str
    answered: int
    late: int


@dataclass(frozen=True, slots=True)
class Old:
    """A case that has been open for long."""

    municipality: str
    id: UUID
    number: int
    subject: str
    holder_name: str
    status: InquiryStatus
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Breach:
    """A case that climbed to a level because its time had passed."""

    municipality: str
    id: UUID
    number: int
    subject: str
    holder_name: str
    status: InquiryStatus
    since: datetime
    level: Level


async def loads(db: Db, municipalities: Sequence[str], now: datetime) -> list[Load]:
    """Who has how much, by municipality; nobody first."""
    return [Load(**dict(row)) for row in await db.fetch(sql.holders, municipalities, now)]


async def answered(db: Db, municipalities: Sequence[str], since: datetime) -> list[Done]:
    """Who answered how much since then."""
    return [Done(**dict(row)) for row in await db.fetch(sql.answered, municipalities, since)]


async def oldest(db: Db, municipalities: Sequence[str]) -> list[Old]:
    """What has been open longest."""
    rows = await db.fetch(sql.oldest, municipalities, SHOWN)
    return [Old(**{**dict(row), "status": InquiryStatus(row["status"])}) for row in rows]


async def breached(db: Db, municipalities: Sequence[str], since: datetime) -> int:
    """How often something climbed since then."""
    found: int = await db.fetchval(sql.breached, municipalities, since)
    return found


async def breaches(db: Db, municipalities: Sequence[str], since: datetime) -> list[Breach]:
    """What climbed since then, the last first."""
    rows = await db.fetch(sql.breaches, municipalities, since, SHOWN)
    enums = [{"status": InquiryStatus(row["status"]), "level": Level(row["level"])} for row in rows]
    return [Breach(**{**dict(row), **enum}) for row, enum in zip(rows, enums, strict=True)]
