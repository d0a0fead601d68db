"""Write letters about meetings, each with the meeting for a calendar; part of several commands."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from services.chassis.db.pool import Db
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.hierarchy.accounts.store import accounts
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.meetings.domain.calendar import Method, Party, Sheet, Stat, calendar_of
from services.hierarchy.meetings.domain.invitations import Answer, Invitation
from services.hierarchy.meetings.domain.meetings import FORMATS, Meeting
from services.hierarchy.meetings.domain.planning import Frame
from services.hierarchy.meetings.store import meetings

ROOM = "services.hierarchy.meetings"
KIND = "meeting"

STATS: dict[Answer, Stat] = {
    Answer.NONE: Stat.NEEDS_ACTION,
    Answer.ACCEPTED: Stat.ACCEPTED,
    Answer.DECLINED: Stat.DECLINED,
    Answer.SUBSTITUTE: Stat.DECLINED,
}
"""Who sends somebody else does not come themselves."""


async def sheet_of(db: Db, entrance: Entrance, meeting: Meeting, smo: Place, frame: Frame) -> Sheet:
    """What all letters about a meeting say, as it is stored. Who called it is the one to ask."""
    called_by = await accounts.get(db, meeting.called_by)
    page = f"{entrance.public_url}/cabinet/meetings/{meeting.id}"
    agenda, organizer = await meetings.items(db, meeting.id), Party(smo.name, called_by.email)
    return Sheet(meeting, agenda, organizer, frame.campaign.time_zone, page, frame.now)


def invited(sheet: Sheet, invitation: Invitation) -> list[Letter]:
    """Invite somebody."""
    return [_to_invitee(sheet, invitation, "invited", Method.REQUEST)]


def changed(sheet: Sheet, invitation: Invitation) -> list[Letter]:
    """Inform who is invited, and who comes instead, of a change; not whom left without a successor."""
    mine = [] if invitation.left_alone else [_to_invitee(sheet, invitation, "changed", Method.REQUEST)]
    return [*mine, *_to_substitute(sheet, invitation, "changed", Method.REQUEST)]


def cancelled(sheet: Sheet, invitation: Invitation) -> list[Letter]:
    """Inform who is invited, and who comes instead, that the meeting does not take place."""
    mine = _to_invitee(sheet, invitation, "cancelled", Method.CANCEL)
    return [mine, *_to_substitute(sheet, invitation, "cancelled", Method.CANCEL)]


def uninvited(sheet: Sheet, invitation: Invitation, expected: Collection[str]) -> list[Letter]:
    """Inform who was invited, and who was to come instead, that they are not expected any more."""
    return [
        *moved_away(sheet, invitation, expected),
        *relieved(sheet, invitation, expected),
    ]


def moved_away(sheet: Sheet, invitation: Invitation, expected: Collection[str]) -> list[Letter]:
    """Take the meeting out of the calendar at an invitee's address."""
    if invitation.invitee.email in expected:
        return []
    return [_to_invitee(sheet, invitation, "uninvited", Method.CANCEL)]


def substituted(sheet: Sheet, invitation: Invitation) -> list[Letter]:
    """Invite who comes instead."""
    return _to_substitute(sheet, invitation, "substitute", Method.REQUEST)


def reminded(sheet: Sheet, invitation: Invitation) -> list[Letter]:
    """Remind who is expected: who comes instead, where somebody does."""
    if invitation.substitute.email:
        return _to_substitute(sheet, invitation, "reminder", Method.REQUEST)
    return [_to_invitee(sheet, invitation, "reminder", Method.REQUEST)]


def relieved(sheet: Sheet, invitation: Invitation, expected: Collection[str]) -> list[Letter]:
    """Inform who was to come instead that they need not. All letters about a meeting have one UID: whom
    another invitation still expects would lose it from their calendar."""
    if invitation.substitute.email in expected:
        return []
    return _to_substitute(sheet, invitation, "uninvited", Method.CANCEL)


async def write(db: Db, sheet: Sheet, found: Sequence[Letter]) -> None:
    """Store letters; the worker sends them."""
    await letters.write_many(db, found, sheet.now)


def answered(invitation: Invitation) -> Party:
    """An invitee for their calendar, with what it is to show of their answer."""
    return Party(invitation.invitee.name, invitation.invitee.email, STATS[invitation.answer])


def _to_invitee(sheet: Sheet, invitation: Invitation, name: str, method: Method) -> Letter:
    return _letter(sheet, (name, method), answered(invitation), invitation.invitee.account)


def _to_substitute(sheet: Sheet, invitation: Invitation, name: str, method: Method) -> list[Letter]:
    """They have no account, so no page either."""
    if not (instead := invitation.substitute.email):
        return []
    party, alone = Party(invitation.substitute.name, instead), replace(sheet, page="")
    return [_letter(alone, (name, method), party, None, instead_of=invitation.invitee.name)]


def _letter(
    sheet: Sheet, what: tuple[str, Method], to: Party, account: UUID | None, instead_of: str = ""
) -> Letter:
    (name, method), meeting, planned = what, sheet.meeting, sheet.meeting.planned
    given = text(
        ROOM,
        name,
        addressee=to.name,
        smo=sheet.organizer.name,
        title=planned.title,
        moment=spoken(meeting.begins_at, sheet.zone),
        format=FORMATS[planned.format],
        place=planned.place,
        link=planned.link,
        agenda=[f"{item.number}. {item.body}" for item in sheet.agenda],
        reason=meeting.reason,
        page=sheet.page,
        ask=sheet.organizer.email,
        instead_of=instead_of,
    )
    # Behind its end nobody needs to be told.
    return Letter(
        *(to.email, *given, KIND, account),
        expires_at=meeting.ends_at,
        calendar=calendar_of(sheet, method, to),
    )


def spoken(at: datetime, zone: str) -> str:
    """«7 декабря 2026 года, 10:00» by the clocks of a time zone."""
    return format_datetime(at, "d MMMM y 'года', HH:mm", tzinfo=ZoneInfo(zone), locale="ru")
