"""Write the minutes of a meeting."""

from dataclasses import dataclass
from uuid import UUID

from contracts.event import REGION
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import MINUTES_WRITTEN
from services.hierarchy.core.store import audit
from services.hierarchy.meetings.commands.look_at_meeting import lock_run
from services.hierarchy.meetings.domain.agreements import check_minutes
from services.hierarchy.meetings.domain.meetings import Minutes
from services.hierarchy.meetings.store import meetings


@dataclass(frozen=True, slots=True)
class NewMinutes:
    """The text; `seen`: the version that was changed, 0 for none."""

    meeting: UUID
    body: str
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """The version that stands, and whether it is new: the same text again is none."""

    number: int
    is_new: bool


async def write_minutes(pool: Pool, by: Staff, given: NewMinutes, at: Moment) -> Written:
    """Another version; those before stay.

    Raises NotFound, Forbidden, Conflict before the meeting begins, if it was cancelled or if somebody else
    has written meanwhile, Invalid.
    """
    body = check_minutes(given.body)
    async with pool.acquire() as db, db.transaction():
        if written := await idempotency.earlier(db, at, Written):
            return written
        view, who = await lock_run(db, by, given.meeting)
        view.meeting.check_begun(at.now)
        latest = next(iter(await meetings.minutes(db, given.meeting)), Minutes())
        if latest.body == body:
            return await idempotency.keep(db, at, Written(latest.number, is_new=False))
        if latest.number != given.seen:
            raise Conflict("minutes-changed")
        new = Minutes(latest.number + 1, body, written_at=at.now)
        await meetings.add_minutes(db, given.meeting, new, by.account)
        await audit.note(db, REGION, who, at.now, MINUTES_WRITTEN, view.meeting.subject)
        return await idempotency.keep(db, at, Written(new.number, is_new=True))
