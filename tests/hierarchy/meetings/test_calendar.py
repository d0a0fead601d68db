"""A meeting as calendars take it: whatever people typed, another library reads the same."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vobject.base import readOne

from contracts.work import MeetingState
from services.chassis import text
from services.hierarchy.meetings.domain.calendar import Method, Party, Sheet, calendar_of
from services.hierarchy.meetings.domain.meetings import Format, Item, Meeting, Planned

LINE = st.text(min_size=1, max_size=150).map(text.one_line).filter(bool)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ANNA = Party("Анна", "anna@example.org")


def sheet(title: str = "Встреча", agenda: str = "Ход", organizer: str = "СМО", link: str = "") -> Sheet:
    planned = Planned(title, Format.MIXED, "Зал", link, datetime(2026, 12, 7, 7, tzinfo=UTC), 90)
    meeting = Meeting(UUID(int=5), "spring", "smo", planned, ("13605000",), UUID(int=2), sequence=3)
    items = [Item(UUID(int=1), 1, agenda)]
    return Sheet(meeting, items, Party(organizer, "smo@example.org"), "Europe/Samara", "https://x/1", NOW)


@given(title=LINE, item=LINE, name=LINE)
@settings(max_examples=200)
def test_another_library_reads_what_people_typed(title: str, item: str, name: str) -> None:
    written = calendar_of(sheet(title, item, name), Method.REQUEST, Party(name, "anna@example.org"))

    event = readOne(written).vevent
    assert event.summary.value == title
    assert event.description.value == f"1. {item}"
    assert event.attendee.value == "mailto:anna@example.org"
    assert len(event.contents["attendee"]) == len(event.contents["summary"]) == 1
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    assert "\n" not in written.replace("\r\n", "")


def test_times_are_in_utc_and_the_number_is_the_meetings() -> None:
    written = calendar_of(sheet(), Method.REQUEST, ANNA)

    assert "DTSTART:20261207T070000Z" in written
    assert "DTEND:20261207T083000Z" in written
    assert "SEQUENCE:3" in written
    assert "UID:00000000-0000-0000-0000-000000000005@dialogue" in written


@pytest.mark.parametrize(
    ("link", "shown"), [("https://v/1?a=1,2;b", "https://v/1?a=1,2;b"), ("", "https://x/1")]
)
def test_the_address_is_where_people_meet_or_else_the_meetings_page(link: str, shown: str) -> None:
    assert readOne(calendar_of(sheet(link=link), Method.REQUEST, ANNA)).vevent.url.value == shown


def test_what_was_cancelled_says_so_whatever_the_method() -> None:
    gone = sheet()
    cancelled = Sheet(
        gone.meeting.cancelled("Паводок"), gone.agenda, gone.organizer, gone.zone, gone.page, gone.now
    )

    assert cancelled.meeting.state is MeetingState.CANCELLED
    for method in (Method.CANCEL, Method.PUBLISH):
        event = readOne(calendar_of(cancelled, method, None)).vevent
        assert (event.status.value, event.sequence.value) == ("CANCELLED", "4")


def test_who_alone_is_taken_out_is_told_by_no_status() -> None:
    event = readOne(calendar_of(sheet(), Method.CANCEL, ANNA)).vevent

    assert "status" not in event.contents


def test_where_people_meet_and_follow_it_the_link_stands_first() -> None:
    event = readOne(calendar_of(sheet(link="https://v/1"), Method.REQUEST, ANNA)).vevent

    assert event.location.value == "Зал"
    assert event.description.value == "https://v/1\n1. Ход"
