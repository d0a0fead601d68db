"""Change a meeting, and those behind it in its series if that is wanted."""

from collections.abc import Mapping, Sequence
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
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import audit
from services.hierarchy.meetings.commands.look_at_meeting import frame_of, lock_run
from services.hierarchy.meetings.commands.write_letters import (
    sheet_of,
    write_changed,
    write_invited,
    write_uninvited,
)
from services.hierarchy.meetings.domain.agenda import arranged, check_agenda
from services.hierarchy.meetings.domain.invitations import Invitation, Invitee
from services.hierarchy.meetings.domain.meetings import Item, Meeting, Planned
from services.hierarchy.meetings.domain.planning import (
    Frame,
    Typed,
    check_invited,
    check_planned,
    shifted,
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


@dataclass(frozen=True, slots=True)
class Cast:
    """Whose meeting is changed, when, and who is invited by municipality."""

    entrance: Entrance
    smo: Place
    frame: Frame
    people: Mapping[str, Invitee]


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
        done = []
        for each in await meetings.lock_following(db, meeting) if given.following else [meeting]:
            is_this = each.id == meeting.id
            then = planned if is_this else shifted(planned, meeting.planned, each.planned, frame)
            done += await _change(db, cast, each, then, invited, agenda if is_this else None)
        await outbox.publish(db, *await meetings.defined(db, done))
        await audit.note(db, REGION, who, at.now, MEETING_CHANGED, *(each.subject for each in done))
        version = (await meetings.get(db, meeting.id)).version
        return await idempotency.keep(db, at, Changed(meeting.id, version, len(done)))


def _checked(
    typed: Typed, meeting: Meeting, before: Sequence[Item], own: Sequence[str], cast: Cast
) -> tuple[Planned, list[str], list[Item]]:
    checks = Checks()
    planned = checks.take(lambda: check_planned(typed, cast.frame, meeting.begins_at))
    invited = checks.take(lambda: check_invited(typed.municipalities, own, cast.people))
    agenda = checks.take(lambda: arranged(before, check_agenda(typed.agenda), uuid_utils.compat.uuid7))
    checks.settle()
    return planned, invited, agenda


async def _change(
    db: Db, cast: Cast, before: Meeting, planned: Planned, invited: Sequence[str], agenda: list[Item] | None
) -> list[Meeting]:
    """The meeting as it is stored then, or nothing if nothing has changed."""
    current = {each.municipality: each for each in await invitations.of_meeting(db, before.id)}
    gone = [each for code, each in current.items() if code not in invited or _is_replaced(each, cast)]
    left = {each.municipality for each in gone}
    new = [
        Invitation(before.id, cast.people[code]) for code in invited if code not in current or code in left
    ]
    was = await meetings.items(db, before.id)
    told = planned != before.planned or (agenda is not None and agenda != was)
    if not (told or gone or new):
        return []
    after = before.changed(planned, invited)
    await meetings.save(db, after)
    await meetings.save_items(db, after.id, was if agenda is None else agenda)
    stay = [each for each in current.values() if each.municipality not in left]
    if planned.begins_at != before.begins_at:
        stay = [each.asked_again() for each in stay]
    await _announce(db, cast, after, (gone, new, stay if told else []))
    return [after]


async def _announce(
    db: Db, cast: Cast, meeting: Meeting, people: tuple[list[Invitation], list[Invitation], list[Invitation]]
) -> None:
    """Store who is invited, and write to everybody whom the change concerns."""
    gone, new, told = people
    sheet = await sheet_of(db, cast.entrance, meeting, cast.smo, cast.frame)
    await invitations.remove(db, meeting.id, [each.municipality for each in gone])
    for each in gone:
        await write_uninvited(db, sheet, each)
    for each in new:
        await invitations.save(db, each)
        await write_invited(db, sheet, each)
    for each in told:
        await invitations.save(db, each)
        await write_changed(db, sheet, each)


def _is_replaced(invitation: Invitation, cast: Cast) -> bool:
    """Whether another person is responsible now."""
    person = cast.people.get(invitation.municipality)
    return person is not None and person.account != invitation.invitee.account
