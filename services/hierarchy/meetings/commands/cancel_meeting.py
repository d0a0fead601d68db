"""Cancel a meeting, and those behind it in its series if that is wanted."""

from dataclasses import dataclass
from uuid import UUID

from contracts.event import REGION
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import MEETING_CANCELLED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import audit
from services.hierarchy.meetings.commands.look_at_meeting import frame_of, lock_run
from services.hierarchy.meetings.commands.write_letters import cancelled, sheet_of, write
from services.hierarchy.meetings.domain.planning import check_reason
from services.hierarchy.meetings.store import invitations, meetings


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A meeting that does not take place, and why; `following`: nor those behind it in the series."""

    id: UUID
    reason: str
    following: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled:
    """How many meetings do not take place."""

    id: UUID
    cancelled: int


async def cancel_meeting(
    pool: Pool, entrance: Entrance, by: Staff, given: Cancellation, at: Moment
) -> Cancelled:
    """Everybody who was invited is told so.

    Raises NotFound, Forbidden, Conflict if it is over, Invalid without a reason.
    """
    async with pool.acquire() as db, db.transaction():
        if earlier := await idempotency.earlier(db, at, Cancelled):
            return earlier
        view, who = await lock_run(db, by, given.id)
        view.meeting.check_planned()
        reason, frame = check_reason(given.reason), await frame_of(db, view.meeting, at.now)
        before = await meetings.lock_following(db, view.meeting) if given.following else [view.meeting]
        done = [each.cancelled(reason) for each in before]
        for meeting in done:
            await meetings.save(db, meeting)
            sheet = await sheet_of(db, entrance, meeting, view.smo, frame)
            people = await invitations.of_meeting(db, meeting.id)
            await write(db, sheet, [letter for each in people for letter in cancelled(sheet, each)])
        await outbox.publish(db, *await meetings.defined(db, done))
        await audit.note(db, REGION, who, at.now, MEETING_CANCELLED, *(each.subject for each in done))
        return await idempotency.keep(db, at, Cancelled(given.id, len(done)))
