"""When things happen in the replayed campaign."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from statistics import mean

import pytest

from deploy.demonstration import days
from deploy.demonstration.days import INITIATIVES, REGISTRATIONS, Lean
from tests.demonstration.conftest import FIRST_DAY, HOUR, NOW
from tests.factories import MOSCOW


def moments(n: int = 3000, lean: Lean = INITIATIVES, now: datetime = NOW) -> list[datetime]:
    return days.moments(n, FIRST_DAY, now, lean, Random("days"))


def test_nothing_is_in_the_future_or_before_the_first_day() -> None:
    found = moments()

    assert found == sorted(found)
    assert found[0] >= datetime(2026, 3, 2, tzinfo=MOSCOW)
    assert found[-1] <= NOW
    assert {moment.utcoffset() for moment in found} == {timedelta(hours=3)}


def test_weekends_are_quieter_and_thursdays_and_fridays_busier_than_other_days() -> None:
    per_day = Counter(moment.date() for moment in moments(now=datetime(2026, 3, 22, 23, 59, tzinfo=MOSCOW)))
    of_weekday = [mean(n for day, n in per_day.items() if day.weekday() == i) for i in range(7)]

    assert max(of_weekday[5:]) < min(of_weekday[:5]) / 2
    assert min(of_weekday[3:5]) > max(of_weekday[:3])


def test_people_write_in_office_hours_less_at_lunch_and_a_little_in_the_evening() -> None:
    per_hour = Counter(moment.hour for moment in moments(30_000))

    assert per_hour[10] > per_hour[13] < per_hour[15]
    assert per_hour[15] > per_hour[20] > per_hour[23] > per_hour[3]


def test_registrations_lean_earlier_than_initiatives() -> None:
    registered, submitted = moments(lean=REGISTRATIONS), moments(lean=INITIATIVES)

    assert registered[1500] < submitted[1500] - timedelta(days=2)
    assert sum(m.date() < date(2026, 3, 9) for m in submitted) < 3000 / 4


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("n", [1, 40, 3000])
def test_something_happens_in_the_last_hour_whatever_hour_it_is(hour: int, n: int) -> None:
    now = NOW.replace(hour=hour)

    found = moments(n, now=now)

    assert len(found) == n
    assert now - HOUR <= found[-1] <= now


def test_a_campaign_may_have_begun_a_minute_ago() -> None:
    now = datetime(2026, 3, 2, 0, 1, tzinfo=MOSCOW)

    assert min(moments(now=now)) >= datetime(2026, 3, 2, tzinfo=MOSCOW)


def test_a_steady_rate_keeps_its_distances() -> None:
    assert days.steady(3, 2.0, NOW) == [NOW, NOW + timedelta(seconds=0.5), NOW + timedelta(seconds=1)]
