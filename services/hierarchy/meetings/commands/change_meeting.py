"""Change a meeting, and those behind it in its series if that is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from contracts.event import REGION
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import MEETING_CHANGED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import audit
from services.hierarchy.meetings.commands.look_at_meeting import frame_of, lock_run
from services.hierarchy.meetings.commands.turn_over import Cast, tell_changed, turn_over
from services.hierarchy.meetings.domain.agenda import arranged, check_agenda
from services.hierarchy.meetings.domain.invitations import turnover
from services.hierarchy.meetings.domain.meetings import Item, Meeting, Planned
from services.hierarchy.meetings.domain.planning import (
    Typed,
    check_invited,
    check_planned,
    check_shifted,
)
from services.hierarchy.meetings.store import invitations, meetings


@dataclass(frozen=True, slots=True)
class Change:
    """A meeting as it shall be; `seen`: the version that was changed; `following`: those behind it in the
    series too, all but their agendas, which are their own."""

    id: UUID
    typed: Typed
    seen: int
    following: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """The version that stands, and how many meetings have changed."""

    id: UUID
    version: int
    changed: int


async def change_meeting(pool: Pool, entrance: Entrance, by: Staff, given: Change, at: Moment) -> Changed:
    """Who is invited is told what is new, and who is not invited any more that they are not. The same again
    changes nothing.

    Raises NotFound, Forbidden, Conflict if it is over or somebody else has changed it, Invalid with
    everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if changed := await idempotency.earlier(db, at, Changed):
            return changed
        view, who = await lock_run(db, by, given.id)
        meeting, frame = view.meeting, await frame_of(db, view.meeting, at.now)
        meeting.check_planned()
        meeting.check_seen(given.seen)
        own = list(await invitations.municipalities(db, meeting.smo))
        cast = Cast(entrance, view.smo, frame, await invitations.people(db, own))
        before = await meetings.items(db, meeting.id)
        planned, invited, agenda = _checked(given.typed, meeting, before, own, cast)
        each = await meetings.lock_following(db, meeting) if given.following else [meeting]
        later = [one for one in each if one.id != meeting.id]
        shifted = check_shifted(planned, meeting.planned, [one.planned for one in later], frame)
        done = await _change(db, cast, meeting, planned, invited, agenda)
        for one, then in zip(later, shifted, strict=True):
            done += await _change(db, cast, one, then, invited, None)
        await outbox.publish(db, *await meetings.defined(db, done))
        await audit.note(db, REGION, who, at.now, MEETING_CHANGED, *(each.subject for each in done))
        version = (await meetings.get(db, meeting.id)).version
        return await idempotency.keep(db, at, Changed(meeting.id, version, len(done)))


def _checked(
    typed: Typed, meeting: Meeting, before: Sequence[Item], own: Sequence[str], cast: Cast
) -> tuple[Planned, list[str], list[Item]]:
    checks = Checks()
    planned = checks.take(lambda: check_planned(typed, cast.frame, meeting.begins_at))
    # Where nobody is there now, an invitation waits for who comes next.
    reachable = {*cast.people, *meeting.municipalities}
    invited = checks.take(lambda: check_invited(typed.municipalities, own, reachable))
    agenda = checks.take(lambda: arranged(before, check_agenda(typed.agenda), uuid_utils.compat.uuid7))
    checks.settle()
    return planned, invited, agenda


async def _change(
    db: Db, cast: Cast, before: Meeting, planned: Planned, invited: Sequence[str], agenda: list[Item] | None
) -> list[Meeting]:
    """The meeting as it is stored then, or nothing if nothing has changed."""
    change = turnover(before.id, await invitations.of_meeting(db, before.id), invited, cast.people)
    was = await meetings.items(db, before.id)
    told = planned != before.planned or (agenda is not None and agenda != was)
    if not (told or change):
        return []
    after = before.changed(planned, invited)
    await meetings.save(db, after)
    await meetings.save_items(db, after.id, was if agenda is None else agenda)
    if planned.begins_at != before.begins_at:
        change = change.asked_again()
    await turn_over(db, cast, before, after, change)
    if told:
        await tell_changed(db, cast, after, change)
    return [after]
