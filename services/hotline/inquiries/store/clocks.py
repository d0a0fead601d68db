"""The clocks of inquiries, and which of them have come to their moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from contracts.appointments import Step
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hotline.inquiries.domain.clocks import Clock
from services.hotline.inquiries.domain.inquiries import Inquiry

sql = queries.load(__package__, "clocks.sql")


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that warns or whose time has passed."""

    municipality: str
    inquiry_id: UUID
    step: Step
    next_at: datetime


FIRST = Due("", UUID(int=0), Step.FINAL_ANSWER, datetime(1970, 1, 1, tzinfo=UTC))
"""Before every other."""


async def keep(db: Db, inquiry: Inquiry, clocks: Mapping[Step, Clock]) -> None:
    """Store the present state of all clocks of an inquiry; what is not among them was done."""
    await db.execute(sql.drop_others, inquiry.municipality, inquiry.id, list(clocks))
    for c in clocks.values():
        await db.execute(
            sql.keep,
            *(inquiry.municipality, inquiry.id, c.step, c.minutes, c.began_at, c.warns_at, c.due_at),
            *(c.warned, c.breached, c.left, c.next_at, c.regulation_of, c.regulation, c.zone),
        )


async def of_inquiry(db: Db, inquiry: Inquiry) -> dict[Step, Clock]:
    """An inquiry's clocks by step, the one that is due first."""
    rows = await db.fetch(sql.of_inquiry, inquiry.municipality, inquiry.id)
    return {Step(row["step"]): Clock(**{**dict(row), "step": Step(row["step"])}) for row in rows}


async def due(db: Db, campaign: str, now: datetime, after: Due, limit: int) -> list[Due]:
    """The clocks of a campaign that have come to their moment, behind one of them. Needs to see every
    municipality."""
    where = (after.next_at, after.inquiry_id, after.step)
    rows = await db.fetch(sql.due, now, *where, campaign, limit)
    return [Due(**{**dict(row), "step": Step(row["step"])}) for row in rows]


async def lock(db: Db, of: Due, now: datetime) -> bool:
    """Whether it is still at its moment, and nobody else's now."""
    found = await db.fetchval(sql.lock, of.municipality, of.inquiry_id, of.step, now)
    return found is not None


async def oldest(db: Db, campaign: str, now: datetime) -> datetime | None:
    """Since when the worker should have looked at a campaign's, if it has not."""
    found: datetime | None = await db.fetchval(sql.oldest, now, campaign)
    return found


async def next_at(db: Db, now: datetime) -> datetime | None:
    """When the next clock comes to its moment, after this one."""
    found: datetime | None = await db.fetchval(sql.next, now)
    return found
