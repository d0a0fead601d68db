"""Invite who has become responsible to coming meetings, at the address that they have now."""

from datetime import datetime
from uuid import UUID

from contracts.appointments import Scope
from contracts.work import MeetingState
from services.chassis.db.pool import Db, Pool
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import places
from services.hierarchy.meetings.commands.look_at_meeting import frame_of
from services.hierarchy.meetings.commands.turn_over import Cast, turn_over
from services.hierarchy.meetings.domain.invitations import turnover
from services.hierarchy.meetings.store import invitations, meetings


async def follow_people(entrance: Entrance, pool: Pool, now: datetime) -> int:
    """How many meetings have other people now. Needs a pool that sees every municipality."""
    async with pool.acquire() as db:
        found = await invitations.turned_over(db, now)
    followed = 0
    for id_ in found:
        async with pool.acquire() as db, db.transaction():
            followed += await _follow(db, entrance, id_, now)
    return followed


async def _follow(db: Db, entrance: Entrance, id_: UUID, now: datetime) -> bool:
    # Under the lock: it may be cancelled or changed at this moment.
    meeting = await meetings.lock(db, id_)
    if meeting.state is not MeetingState.PLANNED or meeting.begins_at <= now:
        return False
    people = await invitations.people(db, meeting.municipalities)
    change = turnover(id_, await invitations.of_meeting(db, id_), meeting.municipalities, people)
    if not change:
        return False
    smo, frame = await places.find_one(db, Scope.SMO, meeting.smo), await frame_of(db, meeting, now)
    after = meeting.renumbered()
    await meetings.save(db, after)
    await turn_over(db, Cast(entrance, smo, frame, people), meeting, after, change)
    return True
