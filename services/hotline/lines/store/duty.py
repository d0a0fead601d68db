"""Duty: shifts, and what one leaves to the next."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hotline.lines.domain.duty import HandOver, Shift

sql = queries.load(__package__, "duty.sql")

SHOWN = 10
"""The last hand-overs."""


async def shift(db: Db, municipality: str, id_: UUID) -> Shift:
    """A shift of a municipality's line. Raises NotFound."""
    row = await db.fetchrow(sql.shift, municipality, id_)
    if row is None:
        raise NotFound("shift-unknown")
    return Shift(**dict(row))


async def shifts(db: Db, municipality: str, from_day: date) -> list[Shift]:
    """The shifts that have not ended before a day, the first first."""
    return [Shift(**dict(row)) for row in await db.fetch(sql.shifts, municipality, from_day)]


async def on_duty(db: Db, municipality: str, day: date, now: datetime) -> list[Shift]:
    """Whose duty it is on a day, of those who may work there now."""
    return [Shift(**dict(row)) for row in await db.fetch(sql.on_duty, municipality, day, now)]


async def keep(db: Db, shift: Shift) -> None:
    """Store a shift, or who is on duty in it."""
    s = shift
    await db.execute(sql.keep_shift, s.municipality, s.id, s.account, s.name, s.first_day, s.last_day)


async def drop(db: Db, shift: Shift) -> None:
    """Nobody is on duty then."""
    await db.execute(sql.drop_shift, shift.municipality, shift.id)


async def hand_over(db: Db, municipality: str, id_: UUID) -> HandOver:
    """What somebody left. Raises NotFound."""
    row = await db.fetchrow(sql.hand_over, municipality, id_)
    if row is None:
        raise NotFound("hand-over-unknown")
    return _hand_over(row)


async def hand_overs(db: Db, municipality: str) -> list[HandOver]:
    """What was left last, the newest first."""
    return [_hand_over(row) for row in await db.fetch(sql.hand_overs, municipality, SHOWN)]


async def keep_hand_over(db: Db, left: HandOver) -> None:
    """Store what somebody left, or who took it on."""
    h = left
    what = (h.account, h.name, h.at, h.note, list(h.cases), h.accepted_by, h.accepted_as, h.accepted_at)
    await db.execute(sql.keep_hand_over, h.municipality, h.id, *what)


async def count_expired_notes(db: Db, until: datetime) -> dict[str, int]:
    """How many notes were left before then, by municipality."""
    return {row["municipality"]: row["count"] for row in await db.fetch(sql.count_expired_notes, until)}


async def expire_notes(db: Db, until: datetime, limit: int) -> list[str]:
    """Forget some of those; the municipality of each."""
    return [row["municipality"] for row in await db.fetch(sql.expire_notes, until, limit)]


def _hand_over(row: Any) -> HandOver:
    return HandOver(**{**dict(row), "cases": tuple(row["cases"])})
