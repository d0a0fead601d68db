"""Answer an SMO's invitation: accept, decline, or name who comes instead."""

from dataclasses import dataclass, replace
from uuid import UUID

from contracts.appointments import Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Forbidden, Invalid
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import INVITATION_ANSWERED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import audit, places
from services.hierarchy.meetings.commands.look_at_meeting import View, frame_of, look_at_meeting
from services.hierarchy.meetings.commands.write_letters import relieved, sheet_of, substituted, write
from services.hierarchy.meetings.domain.invitations import Invitation, Replied, check_replied
from services.hierarchy.meetings.store import invitations, meetings


@dataclass(frozen=True, slots=True)
class Reply:
    """A municipality's answer; the municipality may be left out by who acts in one alone."""

    meeting: UUID
    replied: Replied
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What is stored."""

    municipality: str
    answer: str


async def answer_invitation(pool: Pool, entrance: Entrance, by: Staff, given: Reply, at: Moment) -> Answered:
    """Who comes instead gets a letter, and who was to come instead until now another.

    Raises NotFound, Forbidden, Conflict once it has begun or was cancelled, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if answered := await idempotency.earlier(db, at, Answered):
            return answered
        view = await look_at_meeting(db, by, given.meeting, lock=True)
        code = _whose(by, view, given.municipality)
        who = authority(by, Deed.ANSWER_SMO, await places.find_one(db, Scope.MUNICIPALITY, code))
        view.meeting.check_answerable(at.now)
        [before] = await invitations.of_meeting(db, view.meeting.id, [code])
        answer, reason, instead = check_replied(given.replied, before.invitee.email)
        after = replace(before, answer=answer, reason=reason, substitute=instead, answered_at=at.now)
        await invitations.save(db, after, by.account)
        await audit.note(db, code, who, at.now, INVITATION_ANSWERED, view.meeting.subject)
        await _write(db, entrance, view, (before, after), at)
        return await idempotency.keep(db, at, Answered(code, answer))


def _whose(by: Staff, view: View, asked: str) -> str:
    own = [code for code in view.meeting.municipalities if code in by.municipalities]
    if not own:
        raise Forbidden("not-yours-to-answer")
    if asked not in own and (asked or len(own) > 1):
        raise Invalid("answer-municipality", field="municipality")
    return asked or own[0]


async def _write(
    db: Db, entrance: Entrance, view: View, change: tuple[Invitation, Invitation], at: Moment
) -> None:
    """To the substitutes, before and now, if it is another address."""
    before, after = change
    if before.substitute.email == after.substitute.email:
        return
    # A calendar leaves aside what has the number of what it took last.
    meeting, frame = view.meeting.renumbered(), await frame_of(db, view.meeting, at.now)
    await meetings.save(db, meeting)
    sheet = await sheet_of(db, entrance, meeting, view.smo, frame)
    # Somebody else's municipality may expect the same address: nobody but this letter hears of it.
    await tenancy.see(db, *meeting.tenants)
    every = await invitations.of_meeting(db, meeting.id)
    expected = {address for each in every for address in each.addresses}
    await write(db, sheet, [*relieved(sheet, before, expected), *substituted(sheet, after)])
