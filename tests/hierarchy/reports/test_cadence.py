"""Periods follow each other without a gap; a summary is due when people work, and that is said."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appointments import Level
from contracts.structure import CampaignDefined
from services.chassis.errors import Invalid
from services.directory.calendar import Calendar
from services.directory.regulation import DEFAULT_WEEK
from services.directory.working_time import Schedule
from services.hierarchy.reports.domain.cadence import (
    DEFAULTS,
    Due,
    Rhythm,
    Version,
    check_from,
    check_rhythm,
    due,
    due_of_group,
    monday,
    periods,
    rhythm_of,
)
from tests.factories import MOSCOW

HOLIDAYS, SHORTENED = frozenset({date(2026, 2, 23), date(2026, 3, 9)}), frozenset({date(2026, 2, 20)})
CALENDAR = Calendar(2026, HOLIDAYS, frozenset(), SHORTENED)
SCHEDULE = Schedule(DEFAULT_WEEK, MOSCOW, {2026: CALENDAR})
CLOSE = date(2026, 4, 15)
ONE = timedelta(days=1)


def campaign(first: date = date(2026, 2, 14), last: date = date(2026, 3, 31)) -> CampaignDefined:
    given: dict[str, Any] = {"first_day": first, "last_day": last, "close_until": CLOSE}
    return CampaignDefined.model_construct(**given)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=MOSCOW)


@given(
    st.dates(date(2026, 1, 12), date(2026, 2, 20)),
    st.integers(0, 60),
    st.lists(st.integers(0, 6), min_size=12),
)
def test_whatever_the_weekdays_periods_cover_every_day_of_the_campaign_once(
    first: date, days: int, weekdays: list[int]
) -> None:
    last = first + days * ONE
    start = monday(first)

    def weekday(week: date) -> int:
        return weekdays[(week - start).days // 7 % len(weekdays)]

    found = list(periods(campaign(first, last), weekday))

    covered = [p.first + n * ONE for p in found for n in range((p.last - p.first).days + 1)]
    assert covered == [first + n * ONE for n in range(days + 1)]
    assert len({p.week for p in found}) == len(found)
    assert all(p.last < p.day and monday(p.day) == p.week for p in found)


def test_every_friday_the_days_since_the_last_one_are_told_of() -> None:
    found = list(periods(campaign(), lambda _: 4))

    assert [(p.first.day, p.last.day, p.day.day) for p in found[:2]] == [(14, 19, 20), (20, 26, 27)]
    assert (found[-1].last, found[-1].day) == (date(2026, 3, 31), date(2026, 4, 3))


def test_a_summary_is_due_at_its_time_or_when_people_work_next_and_that_is_said() -> None:
    usual = due(date(2026, 2, 27), time(16), SCHEDULE, CLOSE)
    shortened = due(date(2026, 2, 20), time(16), SCHEDULE, CLOSE)
    holiday = due(date(2026, 2, 23), time(12), SCHEDULE, CLOSE)
    last = due(date(2026, 4, 18), time(12), SCHEDULE, CLOSE)
    unknown = due(date(2027, 1, 15), time(16), SCHEDULE, date(2027, 2, 1))

    assert usual == Due(at(date(2026, 2, 27), 16))
    assert (shortened.at, shortened.moved) == (
        at(date(2026, 2, 20), 15, 45),
        "20 февраля 2026 года работают до 15:45",
    )
    assert (holiday.at, holiday.moved) == (at(date(2026, 2, 24), 12), "23 февраля 2026 года – выходной день")
    assert (last.at, "завершается" in last.moved) == (at(CLOSE, 18), True)
    assert unknown == Due(at(date(2027, 1, 15), 16))


def test_a_group_reports_behind_its_coordinators_whatever_moves() -> None:
    monday_noon = DEFAULTS[Level.GROUP]
    friday = date(2026, 2, 27)
    usual = due_of_group(due(friday, time(16), SCHEDULE, CLOSE), friday, monday_noon, SCHEDULE, CLOSE)
    holiday = date(2026, 2, 23)
    moved = due_of_group(
        due(holiday, time(16), SCHEDULE, CLOSE), holiday, Rhythm(1, time(12)), SCHEDULE, CLOSE
    )

    assert usual.at == at(date(2026, 3, 2), 12)
    assert moved.at == at(date(2026, 2, 25), 12)
    assert "координаторов" in moved.moved


@given(st.dates(date(2026, 2, 14), date(2026, 4, 14)), st.integers(0, 6), st.times(), st.times())
def test_a_group_is_never_due_before_its_coordinators(
    day: date, weekday: int, one: time, other: time
) -> None:
    of_lines = due(day, one.replace(tzinfo=None), SCHEDULE, CLOSE)

    of_group = due_of_group(of_lines, day, Rhythm(weekday, other.replace(tzinfo=None)), SCHEDULE, CLOSE)

    assert of_group.at >= of_lines.at


def version(
    number: int, from_day: date, weekday: int, group: UUID | None = None, level: Level = Level.COORDINATOR
) -> Version:
    rhythm = Rhythm(weekday, time(10))
    return Version("1", number, group, level, from_day, rhythm, None, uuid4(), None, at(from_day, 9))


def test_in_force_is_what_was_set_last_for_the_group_from_the_first_whole_week() -> None:
    group, week = uuid4(), date(2026, 3, 2)
    known = [
        version(1, date(2026, 2, 10), 2),
        version(2, date(2026, 2, 20), 3, group),
        version(3, date(2026, 3, 4), 0),
        version(4, date(2026, 2, 1), 6, level=Level.GROUP),
    ]

    def weekday(group: UUID | None, week: date) -> int:
        return rhythm_of(known, Level.COORDINATOR, group, week).weekday

    assert (weekday(None, week), weekday(group, week), weekday(uuid4(), week)) == (2, 3, 2)
    assert weekday(group, date(2026, 2, 16)) == 2
    assert (weekday(group, week + 7 * ONE), weekday(None, date(2026, 2, 9))) == (0, 4)
    assert DEFAULTS[Level.COORDINATOR].words == "каждую пятницу до 16:00"


@pytest.mark.parametrize(
    ("weekday", "hour", "slug"),
    [
        ("7", "16:00", "weekday"),
        ("", "16:00", "weekday"),
        ("٣", "16:00", "weekday"),
        ("1", "25:00", "time"),
        ("1", "\0", "time"),
    ],
    ids=["eighth", "none", "arabic", "late", "nul"],
)
def test_what_is_no_rhythm_is_refused(weekday: str, hour: str, slug: str) -> None:
    with pytest.raises(Invalid, match=f"cadence-{slug}"):
        check_rhythm(weekday, hour)


def test_a_cadence_begins_today_or_later_within_the_campaign() -> None:
    today = date(2026, 2, 20)
    assert check_from("2026-02-20", today, campaign()) == today
    for wrong, slug in (("2026-02-19", "early"), ("2026-04-16", "late")):
        with pytest.raises(Invalid, match=f"cadence-from-{slug}"):
            check_from(wrong, today, campaign())
    with pytest.raises(Invalid, match=r"^cadence-from$"):
        check_from("завтра", today, campaign())
