"""Working time, beside an oracle that walks minute by minute and looks at the clock on the wall."""

import time as clocks
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from contracts.appointments import WorkingDay
from services.directory.calendar import Calendar, Calendars, days_between
from services.directory.regulation import DEFAULT_WEEK
from services.directory.working_time import (
    Schedule,
    UnknownYear,
    add,
    between,
    is_open,
    is_shortened,
    opens_at,
    works,
)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
YEARS = (2025, 2026)
ZONES = (
    "Europe/Moscow",
    "Europe/Kaliningrad",
    "Asia/Kamchatka",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    # Their clocks change at midnight, and by half an hour.
    "America/Havana",
    "Asia/Beirut",
    "Australia/Lord_Howe",
)
EDGES = (
    date(2026, 2, 20),
    date(2026, 3, 6),
    date(2026, 4, 30),
    date(2025, 12, 30),
    # Some of the clocks go forward or back.
    date(2026, 3, 7),
    date(2026, 3, 28),
    date(2026, 4, 4),
    date(2025, 10, 25),
    date(2025, 10, 31),
)
HOLIDAYS = [*((1, n) for n in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)]

RUSSIA = {
    2025: Calendar(
        2025,
        frozenset([*(date(2025, 1, n) for n in (1, 2, 3, 6, 7, 8)), date(2025, 12, 31)]),
        frozenset([date(2025, 11, 1)]),
        frozenset([date(2025, 11, 1)]),
    ),
    2026: Calendar(
        2026,
        frozenset([*(date(2026, 1, n) for n in (1, 2, 5, 6, 7, 8, 9)), date(2026, 2, 23), date(2026, 3, 9)]),
        frozenset([date(2026, 2, 28)]),
        frozenset([date(2026, 2, 20), date(2026, 4, 30)]),
    ),
}
"""Two years: with days off that were moved, a worked Saturday, and shortened days."""

minutes_of_day = st.integers(0, 1439).map(lambda n: time(n // 60, n % 60))


def working_day(times: tuple[time, ...]) -> WorkingDay:
    begins, *lunch, ends = sorted(times)
    middle = dict(zip(("lunch_begins", "lunch_ends"), lunch, strict=False))
    return WorkingDay(begins=begins, ends=ends, **middle)


working_days = (st.tuples(minutes_of_day, minutes_of_day) | st.tuples(*[minutes_of_day] * 4)).map(working_day)
typed_days = st.builds(
    WorkingDay,
    begins=minutes_of_day,
    ends=minutes_of_day,
    lunch_begins=st.none() | minutes_of_day,
    lunch_ends=st.none() | minutes_of_day,
)
"""Also such as nobody sets: that end before they begin, with lunch before them or half of it."""

weeks = st.just(DEFAULT_WEEK) | st.lists(st.none() | working_days | typed_days, min_size=7, max_size=7)

some_days = st.sampled_from([day + n * DAY for day in EDGES for n in range(4)])


def calendar_of(year: int, days: list[date], nth: list[int]) -> Calendar:
    """Each of the days is moved in one of the ways."""
    theirs = [(day, way) for day, way in zip(days, nth, strict=True) if day.year == year]
    weekend = {day for day, _ in theirs if day.weekday() > 4}
    return Calendar(
        year,
        frozenset(day for day, way in theirs if way == 0 and day not in weekend),
        frozenset(day for day, way in theirs if way != 2 and day in weekend),
        frozenset(day for day, way in theirs if way > 0),
    )


calendars = st.just(RUSSIA) | st.tuples(
    st.lists(some_days, min_size=8, max_size=8, unique=True),
    st.lists(st.integers(0, 2), min_size=8, max_size=8),
).map(lambda drawn: {year: calendar_of(year, *drawn) for year in YEARS})

schedules = st.builds(Schedule.of, weeks, st.sampled_from(ZONES), calendars)
moments = st.builds(
    lambda day, minutes, seconds: (
        datetime.combine(day, time(), UTC) + timedelta(minutes=minutes, seconds=seconds)
    ),
    st.sampled_from(EDGES),
    st.integers(0, 4 * 1440),
    st.just(0) | st.integers(0, 59),
)


def in_utc(moment: datetime) -> datetime:
    """An hour that the clocks repeat is twice the same to Python, and never that of another zone."""
    return moment.astimezone(UTC)


def is_worked(schedule: Schedule, shown: datetime) -> bool:
    """The oracle: what the clock and the calendar on the wall say, of one minute."""
    day, calendar = shown.date(), schedule.calendars[shown.year]
    weekday = day.isoweekday()
    if day in calendar.days_off:
        return False
    if weekday > 5 and day in calendar.worked:
        weekday = next((n for n in (5, 7, 6, 5, 4, 3, 2, 1) if schedule.week[n - 1]), 5)
    elif weekday > 5 and (day.month, day.day) in HOLIDAYS:
        return False
    worked = schedule.week[weekday - 1]
    if worked is None:
        return False
    minute = shown.hour * 60 + shown.minute
    ends = worked.ends.hour * 60 + worked.ends.minute - (60 if day in calendar.shortened else 0)
    eats = (
        worked.lunch_begins is not None
        and worked.lunch_ends is not None
        and worked.lunch_begins <= shown.time() < worked.lunch_ends
    )
    return worked.begins.hour * 60 + worked.begins.minute <= minute < ends and not eats


def minutes_from(schedule: Schedule, moment: datetime) -> Iterator[tuple[datetime, bool]]:
    """Every minute from that of a moment, and whether it is worked: by a clock that is stopped, rather than
    put back."""
    minute = moment.replace(second=0, microsecond=0)
    now = minute - timedelta(hours=3)
    shown = now.astimezone(schedule.zone).replace(tzinfo=None)
    while True:
        shown = max(shown, now.astimezone(schedule.zone).replace(tzinfo=None))
        if now >= minute:
            yield now, is_worked(schedule, shown)
        now += MINUTE


def walk(schedule: Schedule, moment: datetime, minutes: int) -> datetime | None:
    """The oracle of `add`; none if it is more than ten days away."""
    left = minutes * MINUTE
    for minute, worked in minutes_from(schedule, moment):
        begins = max(minute, moment)
        if not left:
            return begins
        if minute - moment > 10 * DAY:
            return None
        if worked and left <= minute + MINUTE - begins:
            return begins + left
        left -= worked * (minute + MINUTE - begins)
    return None


def count(schedule: Schedule, begins: datetime, ends: datetime) -> int:
    """The oracle of `between`."""
    passed = timedelta()
    for minute, worked in minutes_from(schedule, begins):
        if minute >= ends:
            return passed // MINUTE
        passed += worked * max(min(minute + MINUTE, ends) - max(minute, begins), timedelta())
    return 0


@given(schedules, moments, st.integers(0, 1500))
def test_the_moment_by_which_time_has_passed_is_that_which_a_person_counts(
    schedule: Schedule, moment: datetime, minutes: int
) -> None:
    counted = walk(schedule, moment, minutes)
    assume(counted is not None)

    assert in_utc(add(schedule, moment, minutes)) == counted


@given(schedules, moments, moments)
def test_the_time_between_is_that_which_a_person_counts(
    schedule: Schedule, begins: datetime, ends: datetime
) -> None:
    assume(ends - begins < 10 * DAY)

    assert between(schedule, begins, ends) == count(schedule, begins, ends)


@given(schedules, moments)
def test_it_is_open_when_the_clock_says_so(schedule: Schedule, moment: datetime) -> None:
    _, worked = next(minutes_from(schedule, moment))

    assert is_open(schedule, moment) == worked


@given(schedules, moments)
def test_it_opens_at_the_first_minute_that_is_worked(schedule: Schedule, moment: datetime) -> None:
    near = (each for each in minutes_from(schedule, moment))
    opens = next(
        (max(minute, moment) for minute, worked in near if worked or minute - moment > 10 * DAY), moment
    )
    assume(opens - moment < 10 * DAY)

    assert in_utc(opens_at(schedule, moment)) == opens
    assert is_open(schedule, opens)


@given(calendars, st.sampled_from(ZONES), moments, st.integers(0, 3000), st.integers(0, 3000))
def test_time_is_added_in_parts_as_at_once(
    known: Calendars, zone: str, moment: datetime, first: int, second: int
) -> None:
    schedule = Schedule.of(DEFAULT_WEEK, zone, {**RUSSIA, **known})

    in_parts, at_once = (
        add(schedule, add(schedule, moment, first), second),
        add(schedule, moment, first + second),
    )

    assert in_utc(in_parts) == in_utc(at_once)


@given(calendars, st.sampled_from(ZONES), moments, st.integers(0, 6000))
def test_what_was_added_lies_between(known: Calendars, zone: str, moment: datetime, minutes: int) -> None:
    schedule = Schedule.of(DEFAULT_WEEK, zone, known)

    due = add(schedule, moment, minutes)

    assert between(schedule, moment, due) == minutes
    assert (
        in_utc(due) == moment or between(schedule, moment, in_utc(due) - timedelta(seconds=1)) == minutes - 1
    )


@given(schedules, moments, moments, moments)
def test_a_stretch_is_the_sum_of_its_parts_but_for_a_minute_begun(
    schedule: Schedule, first: datetime, second: datetime, third: datetime
) -> None:
    first, second, third = sorted((first, second, third))

    parts = between(schedule, first, second) + between(schedule, second, third)

    assert parts <= between(schedule, first, third) <= parts + 1


@given(schedules, moments, moments)
def test_nothing_is_worked_backwards(schedule: Schedule, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))

    assert between(schedule, late, early) == 0


@given(st.sampled_from(ZONES), moments, st.integers(0, 500), st.sampled_from(ZONES))
def test_the_zone_in_which_a_moment_is_told_is_no_matter(
    zone: str, moment: datetime, minutes: int, told: str
) -> None:
    schedule = Schedule.of(DEFAULT_WEEK, zone, RUSSIA)

    due = add(schedule, moment.astimezone(ZoneInfo(told)), minutes)

    assert in_utc(due) == in_utc(add(schedule, moment, minutes))
    assert (due.tzinfo, due.second) == (ZoneInfo(zone), due.astimezone(UTC).second)


MOSCOW = Schedule.of(DEFAULT_WEEK, "Europe/Moscow", RUSSIA)


def moscow(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("asked", "minutes", "due"),
    [
        # Friday after work, before an ordinary weekend.
        ("2026-02-13T16:50", 240, "2026-02-16T13:00"),
        # Ten minutes before the end of a Friday, and over lunch on Monday.
        ("2026-02-13T16:35:07", 250, "2026-02-16T13:45:07"),
        # The day before 23 February ends an hour earlier, and Monday is off.
        ("2026-02-20T15:30", 30, "2026-02-24T09:15"),
        # A worked Saturday is worked like a Friday.
        ("2026-02-28T16:40", 10, "2026-03-02T09:05"),
        # 8 March is a Sunday: Monday is off in its place.
        ("2026-03-06T16:45", 1, "2026-03-10T09:01"),
        # The last minute of a day is due in it, not in the morning.
        ("2026-02-12T17:30", 30, "2026-02-12T18:00"),
        # Over the New Year.
        ("2025-12-30T17:59:59", 1, "2026-01-12T09:00:59"),
        ("2026-02-12T13:20", 0, "2026-02-12T13:20"),
    ],
)
def test_a_question_is_due_as_the_calendar_on_the_wall_says(asked: str, minutes: int, due: str) -> None:
    assert add(MOSCOW, moscow(asked), minutes) == moscow(due)


@pytest.mark.parametrize(
    ("edge", "opened", "opens"),
    [
        ("2026-02-12T08:59:59", False, "2026-02-12T09:00"),
        ("2026-02-12T09:00", True, "2026-02-12T09:00"),
        ("2026-02-12T12:59:59", True, "2026-02-12T12:59:59"),
        ("2026-02-12T13:00", False, "2026-02-12T13:45"),
        ("2026-02-12T13:45", True, "2026-02-12T13:45"),
        ("2026-02-12T17:59:59", True, "2026-02-12T17:59:59"),
        ("2026-02-12T18:00", False, "2026-02-13T09:00"),
        ("2026-02-13T16:45", False, "2026-02-16T09:00"),
        # An hour shorter, and a worked Saturday.
        ("2026-02-20T15:45", False, "2026-02-24T09:00"),
        ("2026-02-28T16:44:59", True, "2026-02-28T16:44:59"),
        ("2026-02-28T16:45", False, "2026-03-02T09:00"),
        ("2026-01-01T12:00", False, "2026-01-12T09:00"),
    ],
)
def test_it_opens_with_the_first_second_and_closes_with_the_last(edge: str, opened: bool, opens: str) -> None:
    assert is_open(MOSCOW, moscow(edge)) == opened
    assert opens_at(MOSCOW, moscow(edge)) == moscow(opens)


def test_a_holiday_at_a_weekend_is_off_for_a_week_that_works_then() -> None:
    sunday = WorkingDay(begins=time(10), ends=time(14))
    schedule = Schedule.of([*DEFAULT_WEEK[:5], sunday, sunday], "Europe/Moscow", RUSSIA)

    assert works(schedule, date(2026, 3, 8)) is None
    assert works(schedule, date(2026, 3, 15)) == sunday
    assert works(schedule, date(2026, 2, 28)) == DEFAULT_WEEK[4]


def test_a_worked_saturday_is_like_the_last_day_of_a_week_without_fridays() -> None:
    thursday = WorkingDay(begins=time(8), ends=time(17))
    schedule = Schedule.of([None, None, None, thursday, None, None, None], "Europe/Moscow", RUSSIA)

    assert works(schedule, date(2026, 2, 28)) == thursday


def test_an_hour_that_the_clocks_skip_is_not_worked_and_one_that_they_repeat_is_worked_twice() -> None:
    night = WorkingDay(begins=time(1), ends=time(4))
    schedule = Schedule.of([night] * 7, "Europe/Berlin", RUSSIA)
    berlin = ZoneInfo("Europe/Berlin")

    def worked(day: date) -> int:
        return between(
            schedule,
            datetime(day.year, day.month, day.day, tzinfo=berlin),
            datetime.combine(day, time(12), berlin),
        )

    assert worked(date(2026, 3, 28)) == 180
    assert worked(date(2026, 3, 29)) == 120
    assert worked(date(2025, 10, 26)) == 240


def test_clocks_that_go_back_over_midnight_do_not_end_a_day_that_has_begun() -> None:
    quiet = {2010: Calendar(2010, frozenset(), frozenset(), frozenset())}
    night = WorkingDay(begins=time(0), ends=time(1))
    schedule = Schedule.of([night] * 7, "America/St_Johns", quiet)
    # A minute after midnight the clocks go back by an hour.
    begins = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)

    assert is_open(schedule, begins + timedelta(minutes=30))
    assert between(schedule, begins, begins + DAY / 2) == 120
    assert in_utc(add(schedule, begins + timedelta(minutes=30), 60)) == begins + timedelta(minutes=90)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        # The end of a shortened day comes before its lunch.
        (WorkingDay(begins=time(9), ends=time(14), lunch_begins=time(13, 15), lunch_ends=time(13, 45)), 240),
        (WorkingDay(begins=time(9), ends=time(9, 45)), 0),
        (WorkingDay(begins=time(9), ends=time(14), lunch_begins=time(7), lunch_ends=time(8)), 240),
    ],
)
def test_lunch_makes_no_day_longer(day: WorkingDay, worked: int) -> None:
    schedule = Schedule.of([day] * 5 + [None] * 2, "Europe/Moscow", RUSSIA)

    assert between(schedule, moscow("2026-02-20T00:00"), moscow("2026-02-21T00:00")) == worked


@given(st.sampled_from(ZONES))
@example("Pacific/Apia")
def test_a_year_without_a_calendar_is_refused_by_its_name(zone: str) -> None:
    schedule = Schedule.of(DEFAULT_WEEK, zone, RUSSIA)
    late = datetime(2026, 12, 31, 23, tzinfo=ZoneInfo(zone))

    assert not is_open(schedule, late)
    assert between(schedule, late - 5 * DAY, late) > 0
    with pytest.raises(UnknownYear) as refused:
        opens_at(schedule, late)
    assert refused.value.year == 2027
    with pytest.raises(UnknownYear):
        add(schedule, late, 1)
    with pytest.raises(KeyError):
        between(schedule, late, late + 2 * DAY)


def test_a_week_without_work_never_opens() -> None:
    schedule = Schedule.of([None] * 7, "Europe/Moscow", RUSSIA)

    with pytest.raises(UnknownYear):
        opens_at(schedule, moscow("2026-02-02T10:00"))


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        add(MOSCOW, moscow("2026-02-02T10:00"), -1)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        Schedule.of(DEFAULT_WEEK, "Europe/Maykop", RUSSIA)


def test_days_know_whether_they_are_shortened() -> None:
    shortened = [
        day for day in days_between(date(2026, 2, 1), date(2026, 3, 31)) if is_shortened(MOSCOW, day)
    ]

    assert shortened == [date(2026, 2, 20)]


def test_weeks_are_added_without_walking_their_minutes() -> None:
    begun = clocks.process_time()

    for _ in range(200):
        add(MOSCOW, moscow("2026-02-02T10:00"), 30 * 480)

    # A walk over six weeks of minutes takes 200 times a twentieth of a second.
    assert clocks.process_time() - begun < 2
