"""Write letters about meetings, each with the meeting for a calendar; part of several commands."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat
from babel.dates import format_datetime

from services.chassis.db.pool import Db
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.hierarchy.accounts.store import accounts
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.meetings.domain.calendar import Method, Party, Sheet, calendar_of
from services.hierarchy.meetings.domain.invitations import Invitation
from services.hierarchy.meetings.domain.meetings import FORMATS, Meeting
from services.hierarchy.meetings.domain.planning import Frame
from services.hierarchy.meetings.store import meetings

ROOM = "services.hierarchy.meetings"
KIND = "meeting"


async def sheet_of(db: Db, entrance: Entrance, meeting: Meeting, smo: Place, frame: Frame) -> Sheet:
    """What all letters about a meeting say, as it is stored. Who called it is the one to ask."""
    called_by = await accounts.get(db, meeting.called_by)
    page = f"{entrance.public_url}/cabinet/meetings/{meeting.id}"
    agenda, organizer = await meetings.items(db, meeting.id), Party(smo.name, called_by.email)
    return Sheet(meeting, agenda, organizer, frame.campaign.time_zone, page, frame.now)


async def write_invited(db: Db, sheet: Sheet, invitation: Invitation) -> None:
    """Invite somebody."""
    await _to_invitee(db, sheet, invitation, "invited", Method.REQUEST)


async def write_changed(db: Db, sheet: Sheet, invitation: Invitation) -> None:
    """Inform who is invited, and who comes instead, of a change."""
    await _to_invitee(db, sheet, invitation, "changed", Method.REQUEST)
    await _to_substitute(db, sheet, invitation, "substitute", Method.REQUEST)


async def write_cancelled(db: Db, sheet: Sheet, invitation: Invitation) -> None:
    """Inform who is invited, and who comes instead, that the meeting does not take place."""
    await _to_invitee(db, sheet, invitation, "cancelled", Method.CANCEL)
    await _to_substitute(db, sheet, invitation, "cancelled", Method.CANCEL)


async def write_uninvited(db: Db, sheet: Sheet, invitation: Invitation) -> None:
    """Inform who was invited, and who was to come instead, that they are not expected any more."""
    await _to_invitee(db, sheet, invitation, "uninvited", Method.CANCEL)
    await write_relieved(db, sheet, invitation)


async def write_substitute(db: Db, sheet: Sheet, invitation: Invitation) -> None:
    """Invite who comes instead."""
    await _to_substitute(db, sheet, invitation, "substitute", Method.REQUEST)


async def write_reminder(db: Db, sheet: Sheet, invitation: Invitation) -> None:
    """Remind who is expected: who comes instead, where somebody does."""
    to = _to_substitute if invitation.substitute.email else _to_invitee
    await to(db, sheet, invitation, "reminder", Method.REQUEST)


async def write_relieved(db: Db, sheet: Sheet, invitation: Invitation) -> None:
    """Inform who was to come instead that they need not."""
    await _to_substitute(db, sheet, invitation, "uninvited", Method.CANCEL)


async def _to_invitee(db: Db, sheet: Sheet, invitation: Invitation, name: str, method: Method) -> None:
    who = invitation.invitee
    await _write(db, sheet, (name, method), Party(who.name, who.email), sheet.page, who.account)


async def _to_substitute(db: Db, sheet: Sheet, invitation: Invitation, name: str, method: Method) -> None:
    """They have no account, so no page either."""
    if instead := invitation.substitute.email:
        party = Party(invitation.substitute.name, instead)
        await _write(db, sheet, (name, method), party, "", None, instead_of=invitation.invitee.name)


async def _write(
    db: Db,
    sheet: Sheet,
    what: tuple[str, Method],
    to: Party,
    page: str,
    account: UUID | None,
    instead_of: str = "",
) -> None:
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
        page=page,
        ask=sheet.organizer.email,
        instead_of=instead_of,
    )
    # Behind its end nobody needs to be told.
    letter = Letter(
        *(uuid_utils.compat.uuid7(), to.email, given.subject, given.body, KIND, account),
        expires_at=meeting.ends_at,
        calendar=calendar_of(sheet, method, to),
    )
    await letters.write(db, letter, sheet.now)


def spoken(at: datetime, zone: str) -> str:
    """«7 декабря 2026 года, 10:00» by the clocks of a time zone."""
    return format_datetime(at, "d MMMM y 'года', HH:mm", tzinfo=ZoneInfo(zone), locale="ru")
