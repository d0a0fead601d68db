"""Write the day before a meeting to those who are expected there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from contracts.appointments import Scope
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment, Repeat
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import places
from services.hierarchy.meetings.commands.follow_people import follow_people
from services.hierarchy.meetings.commands.look_at_meeting import frame_of
from services.hierarchy.meetings.commands.write_letters import reminded, sheet_of, write
from services.hierarchy.meetings.domain.invitations import Answer
from services.hierarchy.meetings.store import invitations, meetings

log = structlog.get_logger()

EVERY = 60.0
"""Seconds between looks."""

AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many were written to."""

    reminded: int


async def remind_of_meetings(entrance: Entrance, pool: Pool, clock: Clock) -> None:
    """Remind of what is near, until cancelled. Needs a pool that sees every municipality."""

    async def look() -> None:
        await follow_people(entrance, pool, clock.now())
        await remind_of_near(entrance, pool, clock.now())

    await now_and_again(look, EVERY, "reminders_wait")


async def remind_of_near(entrance: Entrance, pool: Pool, now: datetime) -> int:
    """How many were written to. Nobody twice of the same hour, also after a restart."""
    async with pool.acquire() as db:
        near = await meetings.near(db, now, now + AHEAD)
    written = 0
    for id_ in near:
        async with pool.acquire() as db, db.transaction():
            written += await _remind(db, entrance, id_, now)
    return written


async def _remind(db: Db, entrance: Entrance, id_: UUID, now: datetime) -> int:
    # Under the lock: it may be cancelled or moved at this moment.
    meeting = await meetings.lock(db, id_)
    if id_ not in await meetings.near(db, now, now + AHEAD):
        return 0
    at = Moment(now, Repeat("meeting-reminder", f"{id_} {meeting.begins_at.timestamp():.0f}", b""))
    if await idempotency.earlier(db, at, Reminded):
        return 0
    smo = await places.find_one(db, Scope.SMO, meeting.smo)
    sheet = await sheet_of(db, entrance, meeting, smo, await frame_of(db, meeting, now))
    people = await invitations.people(db, meeting.municipalities)
    every = await invitations.of_meeting(db, id_)
    # Whoever is not responsible any more is left alone, also while nobody has followed them.
    expected = [e for e in every if e.answer is not Answer.DECLINED and e.is_for(people.get(e.municipality))]
    await write(db, sheet, [letter for each in expected for letter in reminded(sheet, each)])
    return (await idempotency.keep(db, at, Reminded(len(expected)))).reminded
