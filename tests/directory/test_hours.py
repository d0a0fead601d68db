"""Hours of a line: as people write and read them, and when it opens."""

from datetime import date, datetime, time

import pytest

from contracts.appointments import WorkingDay
from services.chassis.errors import Invalid
from services.directory.calendar import Calendar
from services.directory.hours import (
    check_week,
    in_words,
    opening,
    read_day,
    read_week,
    spoken_week,
    written_day,
)
from tests.hotline.lines.conftest import CALENDAR, PLAIN, WEEK

MOSCOW, CALENDARS = "Europe/Moscow", {2026: Calendar.of(CALENDAR)}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9:00–18:00", WorkingDay(begins=time(9), ends=time(18))),
        ("9-18", WorkingDay(begins=time(9), ends=time(18))),
        ("с 9.30 до 16.45", WorkingDay(begins=time(9, 30), ends=time(16, 45))),
        ("9:00–18:00, обед 13:00–13:45", PLAIN),
        ("9–18 (обед с 13 до 13:45)", PLAIN),
        ("", None),
        ("выходной", None),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, read: WorkingDay | None) -> None:
    assert read_day(written, 0) == read


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("утром", "hours-unreadable"),
        ("9", "hours-unreadable"),
        ("25:00–26:00", "hours-unreadable"),
        ("9:00–24:00", "hours-unreadable"),
        ("9:75–18:00", "hours-unreadable"),
        ("18:00–9:00", "hours-backward"),
        ("9–9", "hours-backward"),
        ("9–18, обед 8–9", "lunch-outside"),
        ("9–18, обед 17–19", "lunch-outside"),
        ("9–18, обед 14–13", "lunch-outside"),
        ("9–18" * 10_000, "hours-unreadable"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_day(written: str, slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_day(written, 2)

    assert (refused.value.slug, refused.value.field, refused.value.facts["day"]) == (slug, "day_3", "среда")


def test_every_wrong_day_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_week(["утром", "9–18", "18–9", "", "", "", ""])

    assert [each.field for each in refused.value.every()] == ["day_1", "day_3"]


def test_a_week_without_work_is_refused() -> None:
    with pytest.raises(Invalid, match="hours-none"):
        check_week([None] * 7)


def test_what_is_shown_for_change_is_read_again() -> None:
    assert [read_day(written_day(day), nth) for nth, day in enumerate(WEEK)] == WEEK


def test_days_alike_are_said_together() -> None:
    friday = WorkingDay(begins=time(9), ends=time(16, 45))

    assert in_words([PLAIN] * 4 + [friday, None, None]) == (
        "пн–чт 9:00–18:00, обед 13:00–13:45; пт 9:00–16:45"
    )
    assert in_words([None, friday, None, friday, friday, None, None]) == "вт 9:00–16:45; чт–пт 9:00–16:45"


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-02-20T12:00", "сейчас открыто"),
        ("2026-02-20T13:15", "сейчас закрыто, откроется сегодня в 13:45"),
        ("2026-02-19T20:00", "сейчас закрыто, откроется завтра в 9:00"),
        ("2026-02-20T18:00", "сейчас закрыто, откроется во вторник в 9:00"),
        ("2026-02-24T08:59", "сейчас закрыто, откроется сегодня в 9:00"),
        ("2026-02-28T08:59", "сейчас закрыто, откроется в понедельник в 9:00"),
    ],
)
def test_a_page_says_when_somebody_answers(now: str, said: str) -> None:
    at = datetime.fromisoformat(f"{now}:00+03:00")

    assert opening(WEEK, MOSCOW, CALENDARS, at).said == said


def test_beyond_a_week_the_day_is_named() -> None:
    mondays = [PLAIN, *[None] * 6]
    off = Calendar(2026, frozenset([date(2026, 2, 23), date(2026, 3, 2)]), frozenset(), frozenset())
    at = datetime.fromisoformat("2026-02-20T12:00:00+03:00")

    assert opening(mondays, MOSCOW, {2026: off}, at).said == "сейчас закрыто, откроется 9 марта в 9:00"


def test_without_a_calendar_nothing_is_said() -> None:
    found = opening(WEEK, MOSCOW, {}, datetime.fromisoformat("2026-02-20T12:00:00+03:00"))

    assert (found.open_now, found.opens_at, found.said) == (None, None, "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("9–18", "пн–пт 9:00–18:00"),
        ("с 9 до 17", "пн–пт 9:00–17:00"),
        ("пн–пт 9:00–18:00", "пн–пт 9:00–18:00"),
        ("Пн-Чт 9-18, обед 13-14; пт 9.00-16.45", "пн–чт 9:00–18:00, обед 13:00–14:00; пт 9:00–16:45"),
        ("пн – чт 9–18, пт 9–17", "пн–чт 9:00–18:00; пт 9:00–17:00"),
        ("вторник, четверг с 10 до 12", "вт 10:00–12:00; чт 10:00–12:00"),
        ("по будням с 9:00 до 18:00.", "пн–пт 9:00–18:00"),
        ("ежедневно 8–20", "пн–вс 8:00–20:00"),
    ],
)
def test_hours_in_free_words_are_a_week(written: str, said: str) -> None:
    week = spoken_week(written)

    assert week is not None
    assert in_words(week) == said


@pytest.mark.parametrize(
    "written",
    [
        "",
        "круглосуточно",
        "по записи",
        "9–18 или 10–19",
        "пн–пт",
        "18–9",
        "9–18, звоните",
        "пн 99–100",
        "9–18" * 999,
        "вс–пн 9–18",
        "пн–пт 9–18, вс–пн 9–18",
    ],
)
def test_other_words_say_nothing_of_now(written: str) -> None:
    assert spoken_week(written) is None
