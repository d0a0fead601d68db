"""Which versions stand, how a time is said, and what the regulation means by an example."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import Step, WorkingDay
from contracts.event import REGION
from services.directory.regulation import DEFAULT_MINUTES, DEFAULT_WEEK, in_force
from services.directory.working_time import Schedule
from services.hierarchy.regulation.domain.examples import examples
from services.hierarchy.regulation.domain.versions import Version, spoken, standing
from services.hierarchy.territory.domain import calendar
from tests.hierarchy.office import PLACE

FIRST = date(2026, 11, 2)
CALENDARS = {year: calendar.of_year(year) for year in calendar.years()}


def version(of: str, number: int, day: date) -> Version:
    nobody = (None, None, None)
    return Version(
        of, number, day, "Europe/Moscow", DEFAULT_WEEK, {}, *nobody, datetime(2026, 11, 2, tzinfo=UTC)
    )


days = st.integers(0, 9).map(lambda n: FIRST + timedelta(n))
histories = st.lists(st.tuples(st.sampled_from([REGION, PLACE]), days), max_size=9).map(
    lambda drawn: [version(of, number, day) for number, (of, day) in enumerate(drawn, 1)]
)


@given(histories, days, st.integers(0, 12))
def test_what_stands_is_what_will_be_in_force_on_every_day_to_come(
    versions: Sequence[Version], day: date, later: int
) -> None:
    stands = standing(versions, REGION, day)
    then = day + timedelta(later)

    expected = in_force([each.event() for each in versions], None, then)

    begun = [each.event() for each in stands if each.from_day <= then]
    assert (begun[-1] if begun else None) == expected
    assert [each.from_day for each in stands] == sorted({each.from_day for each in stands})


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "1 минута"),
        (60, "1 час"),
        (90, "1 час 30 минут"),
        (240, "4 часа"),
        (480, "8 часов – 1 рабочий день"),
        (1440, "24 часа – 3 рабочих дня"),
        (14400, "240 часов – 30 рабочих дней"),
    ],
)
def test_a_time_is_said_in_hours_and_working_days(minutes: int, said: str) -> None:
    assert spoken(minutes) == said


def said(day: date, week: Sequence[WorkingDay | None] = DEFAULT_WEEK) -> list[list[str]]:
    schedule = Schedule.of(week, "Europe/Moscow", CALENDARS)
    found = examples(schedule, DEFAULT_MINUTES, day)
    steps = (Step.FIRST_ANSWER, Step.FINAL_ANSWER)
    return [[f"{each:%d.%m %H:%M}" for each in (one.asked, *(one.due[s] for s in steps))] for one in found]


def test_the_examples_are_a_friday_s_end_and_the_last_day_before_a_holiday() -> None:
    # The 3rd is an hour shorter, the 4th is off.
    assert said(date(2026, 10, 30)) == [
        ["30.10 16:50", "02.11 13:00", "06.11 09:15"],
        ["03.11 15:30", "05.11 11:30", "09.11 17:00"],
    ]


def test_in_the_holidays_the_next_ones_are_the_example() -> None:
    assert [asked for asked, *_ in said(date(2026, 5, 1))] == ["01.05 16:50", "08.05 15:30"]


def test_what_is_answered_in_a_year_without_a_calendar_is_no_example() -> None:
    assert said(date(2026, 12, 31)) == []
    assert said(date(2027, 2, 1)) == []


def test_a_week_that_is_hardly_worked_has_examples_as_long_as_there_are_calendars() -> None:
    minute = WorkingDay(begins=time(9), ends=time(9, 1))

    assert said(date(2023, 1, 2), [minute, *[None] * 6]) == []
