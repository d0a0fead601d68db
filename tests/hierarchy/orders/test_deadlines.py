"""A deadline is when people work: moved from a day off, and to the campaign's last day of work."""

from datetime import date, datetime
from typing import Any

import pytest

from contracts.structure import CampaignDefined
from services.chassis.errors import Invalid
from services.directory.calendar import Calendar
from services.directory.regulation import DEFAULT_WEEK
from services.directory.working_time import Schedule
from services.hierarchy.orders.domain.deadlines import Deadline, Due, Frame, check_deadline, weekly
from tests.factories import MOSCOW

HOLIDAY = date(2026, 2, 23)
CALENDAR = Calendar(2026, frozenset({HOLIDAY}), frozenset(), frozenset({date(2026, 2, 20)}))


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=MOSCOW)


def february(day: int) -> date:
    return date(2026, 2, day)


def frame(day: date, hour: int, close_until: date = date(2026, 3, 31)) -> Frame:
    given: dict[str, Any] = {"close_until": close_until}
    campaign = CampaignDefined.model_construct(**given)
    return Frame(Schedule(DEFAULT_WEEK, MOSCOW, {2026: CALENDAR}), campaign, local(day, hour))


MONDAY = frame(february(16), 10)


def by(day: str = "", hours: str = "", of: Frame = MONDAY) -> Due:
    return check_deadline(Deadline(day, hours), of)


def test_a_day_is_due_when_its_work_ends() -> None:
    assert by("2026-02-17") == Due(local(february(17), 18))
    assert by("2026-02-20").at == local(february(20), 15, 45)
    assert by(hours="10").at == local(february(17), 11, 45)


@pytest.mark.parametrize("day", ["2026-02-21", "2026-02-22", "2026-02-23"])
def test_a_day_off_moves_to_the_next_day_of_work_and_says_so(day: str) -> None:
    due = by(day)

    assert due.at == local(february(24), 18)
    assert "выходной" in due.moved


def test_behind_the_campaign_it_is_its_last_day_of_work() -> None:
    closing = frame(february(16), 10, date(2026, 2, 22))
    late = [by("2026-02-25", of=closing), by("2026-02-22", of=closing), by(hours="200", of=closing)]

    assert {due.at for due in late} == {local(february(20), 15, 45)}
    assert all("22 февраля" in due.moved for due in late)


def test_in_the_evening_and_on_the_last_day_it_is_still_ahead() -> None:
    assert by("2026-02-16", of=frame(february(16), 19)).at == local(february(17), 18)
    last = frame(february(20), 17, date(2026, 2, 20))
    assert by("2026-02-20", of=last).at == local(february(21), 0)


@pytest.mark.parametrize(
    ("day", "hours", "slug"),
    [
        ("", "", "deadline"),
        ("завтра", "", "deadline"),
        ("2026-02-15", "", "deadline-past"),
        ("", "0", "deadline-hours"),
        ("", "9" * 50, "deadline-hours"),
        ("", "٣", "deadline-hours"),
    ],
    ids=["nothing", "words", "past", "none", "endless", "arabic"],
)
def test_what_is_no_deadline_is_refused(day: str, hours: str, slug: str) -> None:
    with pytest.raises(Invalid, match=f"^{slug}$"):
        by(day, hours)


def test_a_year_without_calendar_is_said() -> None:
    with pytest.raises(Invalid, match="deadline-year"):
        by("2027-01-11", of=frame(date(2026, 12, 30), 10, date(2027, 2, 1)))


def test_a_series_goes_on_week_by_week_within_the_campaign() -> None:
    assert [due.at.day for due in weekly(Deadline("2026-02-16"), 3, MONDAY)] == [16, 24, 2]
    with pytest.raises(Invalid, match="order-times-late"):
        weekly(Deadline("2026-02-16"), 8, MONDAY)
