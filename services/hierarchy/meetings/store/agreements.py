"""Agreements of meetings: the rows of the municipalities that have promised something."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.meetings.domain.agreements import Agreement, State
from services.hierarchy.meetings.domain.meetings import Meeting

sql = queries.load(__package__, "agreements.sql")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose agreements a list holds, in which state (empty: any), overdue on a day, behind which one."""

    smos: Collection[str]
    municipalities: Collection[str]
    state: str = ""
    overdue: date | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many agreements are open, how many of them overdue, and by when the first is due."""

    overdue: int
    open: int
    due: date | None


async def add(db: Db, agreement: Agreement, by: UUID) -> None:
    """Store a new agreement."""
    what = (agreement.municipality, agreement.id, agreement.meeting, agreement.smo, agreement.body)
    await db.execute(sql.add, *what, agreement.due, agreement.state, agreement.made_at, by)


async def settle(db: Db, agreement: Agreement, by: UUID) -> None:
    """Store the state that somebody has set."""
    key = (agreement.municipality, agreement.id)
    await db.execute(sql.settle, *key, agreement.state, by, agreement.settled_at)


async def lock(db: Db, id_: UUID) -> Agreement:
    """An agreement that nobody else settles until the transaction is over. Raises NotFound."""
    row = await db.fetchrow(sql.lock, id_)
    if row is None:
        raise NotFound("agreement-unknown")
    return _agreement(row)


async def of_meeting(db: Db, meeting: UUID, codes: Sequence[str] | None) -> list[Agreement]:
    """What was agreed on at a meeting; of some municipalities alone, or of all that are seen."""
    return [_agreement(row) for row in await db.fetch(sql.of_meeting, meeting, codes)]


async def open_at(db: Db, meeting: Meeting, moment: datetime, codes: Sequence[str] | None) -> list[Agreement]:
    """What was agreed on at the SMO's other meetings before a moment, and not settled by then."""
    rows = await db.fetch(sql.open_at, meeting.smo, meeting.id, moment, codes)
    return [_agreement(row) for row in rows]


async def listed(db: Db, wanted: Wanted, limit: int) -> list[Agreement]:
    """Agreements, the earliest due first."""
    whose = (list(wanted.smos), list(wanted.municipalities))
    rows = await db.fetch(sql.listed, *whose, wanted.state, wanted.overdue, wanted.after, limit)
    return [_agreement(row) for row in rows]


async def count(db: Db, smos: Collection[str], codes: Collection[str], day: date) -> Counted:
    """How many are open and overdue on a day."""
    row = await db.fetchrow(sql.count, list(smos), list(codes), day)
    return Counted(**dict(row or {"overdue": 0, "open": 0, "due": None}))


def _agreement(row: asyncpg.Record) -> Agreement:
    return Agreement(**{**dict(row), "state": State(str(row["state"]))})
