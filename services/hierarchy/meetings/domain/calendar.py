"""A meeting as people's calendars take it (RFC 5545, RFC 5546)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vUri
from icalendar.prop import vInline

from contracts.work import MeetingState
from services.hierarchy.meetings.domain.meetings import Item, Meeting

PRODID = "-//Municipal dialogue//Meetings//RU"
END = "END:VEVENT\r\n"
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


class Method(StrEnum):
    """What a calendar is to do: enter or update, take out, or show."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class Stat(StrEnum):
    """What somebody has answered, as calendars call it."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with an address, and what they have answered."""

    name: str
    email: str
    stat: Stat = Stat.NEEDS_ACTION


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is the same for everybody who is invited to a meeting; `page`: where its page is, empty for who
    has none."""

    meeting: Meeting
    agenda: Sequence[Item]
    organizer: Party
    zone: str
    page: str
    now: datetime
    drawn: dict[Method, str] = field(init=False, default_factory=dict, compare=False)
    """The meeting for nobody in particular: a thousand calendars differ in one line."""


def calendar_of(sheet: Sheet, method: Method, attendee: Party | None) -> str:
    """The meeting for one person alone; of nobody else is anything said. By its UID, for ever the same, a
    calendar knows it again, and by its number the latest."""
    if method not in sheet.drawn:
        sheet.drawn[method] = _drawn(sheet, method)
    if attendee is None:
        return sheet.drawn[method]
    before, end, after = sheet.drawn[method].rpartition(END)
    return f"{before}{_line(attendee)}{end}{after}"


def _line(attendee: Party) -> str:
    """Folded as the rest is."""
    alone = Event()
    alone.add("attendee", _attending(attendee), encode=False)
    return str(alone.to_ical(), "utf-8").partition("\r\n")[2].removesuffix(END)


def _drawn(sheet: Sheet, method: Method) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add("x-wr-timezone", sheet.zone)
    calendar.add_component(_event(sheet, method))
    return str(calendar.to_ical(), "utf-8")


def _event(sheet: Sheet, method: Method) -> Event:
    meeting, planned, event = sheet.meeting, sheet.meeting.planned, Event()
    event.add("uid", f"{meeting.id}@dialogue")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", sheet.now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", meeting.begins_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", _escaped(planned.title), encode=False)
    event.add("description", _described(sheet), encode=False)
    event.add("location", _escaped(planned.place or planned.link), encode=False)
    if address := planned.link or sheet.page:
        event.add("url", vUri(address))
    if meeting.state is MeetingState.CANCELLED:
        event.add("status", "CANCELLED")
    elif method is not Method.CANCEL:
        # Without a status it is taken out of one calendar alone (RFC 5546, 3.2.5).
        event.add("status", "CONFIRMED")
    event.add("organizer", _address(sheet.organizer))
    return event


def _described(sheet: Sheet) -> vInline:
    """The agenda; where the place is another, how to follow it from afar stands above: calendars hide URL."""
    planned = sheet.meeting.planned
    above = [planned.link] if planned.link and planned.place else []
    return _escaped("\n".join([*above, *(f"{item.number}. {item.body}" for item in sheet.agenda)]))


def _escaped(text: str) -> vInline:
    """Text as RFC 5545, 3.3.11, has it. The library's own way reads a line break into `C:\\New`."""
    return vInline(text.translate(ESCAPES))


def _attending(party: Party) -> vCalAddress:
    address = _address(party)
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = party.stat
    if party.stat is Stat.NEEDS_ACTION:
        address.params["RSVP"] = "TRUE"
    return address


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    address.params["CN"] = party.name
    return address
