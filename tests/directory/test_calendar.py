"""The production calendar, beside an oracle that looks at every day by itself."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.directory.calendar import FULL, SHORT, Calendar, days_between, unknown_years, working_days

YEAR = 2026
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
DAYS = [FIRST + timedelta(n) for n in range(365)]
WEEKDAYS = [day for day in DAYS if day.isoweekday() < 6]
WEEKENDS = [day for day in DAYS if day.isoweekday() > 5]

calendars = st.builds(
    Calendar,
    st.just(YEAR),
    st.frozensets(st.sampled_from(WEEKDAYS), max_size=40),
    st.frozensets(st.sampled_from(WEEKENDS), max_size=10),
    st.frozensets(st.sampled_from(DAYS), max_size=20),
)
stretches = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))


def is_worked(calendar: Calendar, day: date) -> bool:
    """The oracle: what a person says who looks at the wall."""
    if day.isoweekday() > 5:
        return day in calendar.worked
    return day not in calendar.days_off


@given(calendars, stretches)
def test_working_days_are_those_that_a_person_counts(calendar: Calendar, ends: tuple[date, date]) -> None:
    first, last = ends
    counted, day = 0, first
    while day <= last:
        counted += is_worked(calendar, day)
        day += timedelta(1)

    assert working_days({YEAR: calendar}, first, last) == counted


@given(calendars)
def test_a_day_has_full_hours_an_hour_less_or_none(calendar: Calendar) -> None:
    for day in calendar.days():
        worked = SHORT if day in calendar.shortened else FULL
        assert calendar.hours(day) == (worked if is_worked(calendar, day) else 0)


@given(calendars, stretches, st.sampled_from(DAYS))
def test_a_stretch_is_the_sum_of_its_parts(calendar: Calendar, ends: tuple[date, date], cut: date) -> None:
    first, last = sorted(ends)
    cut = min(max(cut, first), last)
    known = {YEAR: calendar}

    parts = working_days(known, first, cut) + working_days(known, cut + timedelta(1), last)

    assert working_days(known, first, last) == parts


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 1500), st.sets(st.integers(2000, 2105)))
def test_the_unknown_years_are_those_that_some_day_lies_in(first: date, days: int, known: set[int]) -> None:
    last = first + timedelta(days)

    lacking = {day.year for day in days_between(first, last)} - known

    assert unknown_years(dict.fromkeys(known), first, last) == sorted(lacking)
