"""Record who was at a meeting: it was held then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from contracts.event import REGION
from contracts.work import MeetingState
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Conflict, Invalid
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import MEETING_HELD
from services.hierarchy.core.store import audit
from services.hierarchy.meetings.commands.look_at_meeting import lock_run
from services.hierarchy.meetings.domain.invitations import (
    NOBODY,
    Invitation,
    Presence,
    check_presence,
)
from services.hierarchy.meetings.domain.meetings import Meeting
from services.hierarchy.meetings.store import invitations, meetings


@dataclass(frozen=True, slots=True)
class Present:
    """Whether somebody was there for a municipality: a word; themselves, or who was named instead. `seen`:
    the word and who that was changed, if it matters."""

    municipality: str
    presence: str
    by_substitute: bool = False
    seen: tuple[str, bool] | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many municipalities were there."""

    id: UUID
    present: int


async def record_attendance(
    pool: Pool, by: Staff, id_: UUID, given: Sequence[Present], at: Moment
) -> Recorded:
    """Those who are left out stay as they were; it may be corrected afterwards.

    Raises NotFound, Forbidden, Conflict before it begins, if it was cancelled or if somebody else has marked
    one otherwise meanwhile, Invalid for nobody and with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if recorded := await idempotency.earlier(db, at, Recorded):
            return recorded
        view, who = await lock_run(db, by, id_)
        meeting = view.meeting
        meeting.check_begun(at.now)
        invited = {each.municipality: each for each in await invitations.of_meeting(db, id_)}
        marked = _all_marked(given, invited, meeting)
        await invitations.save_many(db, list(marked.values()))
        if meeting.state is MeetingState.PLANNED:
            meeting = meeting.held()
            await meetings.save(db, meeting)
            await outbox.publish(db, *await meetings.defined(db, [meeting]))
        await audit.note(db, REGION, who, at.now, MEETING_HELD, meeting.subject)
        there = sum(bool(each.was_there) for each in (invited | marked).values())
        return await idempotency.keep(db, at, Recorded(id_, there))


def _all_marked(
    given: Sequence[Present], invited: dict[str, Invitation], meeting: Meeting
) -> dict[str, Invitation]:
    """Raises Invalid with everything wrong, Conflict."""
    checks = Checks()
    marked = {each.municipality: checks.take(partial(_marked, each, invited)) for each in given}
    nobody = all(each.presence == Presence.UNKNOWN for each in given)
    if nobody and meeting.state is MeetingState.PLANNED:
        checks.note(Invalid("presence-unknown", field="present"))
    checks.settle()
    return marked


def _marked(given: Present, invited: dict[str, Invitation]) -> Invitation:
    invitation, presence = invited.get(given.municipality), check_presence(given.presence)
    if invitation is None:
        raise Invalid("presence-foreign", field="present")
    if given.seen not in (None, (invitation.presence, invitation.by_substitute)):
        raise Conflict("presence-changed", name=invitation.place)
    instead = given.by_substitute and presence in (Presence.IN_PERSON, Presence.REMOTE)
    if instead and invitation.substitute == NOBODY:
        raise Invalid("presence-substitute", field="present", name=invitation.place)
    return replace(invitation, presence=presence, by_substitute=instead)
