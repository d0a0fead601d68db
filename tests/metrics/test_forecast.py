"""The forecast for the last day: what always holds of it, and how often it was right."""

import random
import time as clocks
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from statistics import mean
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demonstration import days as demonstration
from services.directory.calendar import Calendar, days_between
from services.metrics.plan import forecast, way
from services.metrics.plan.forecast import FEWEST, Forecast, Outlook

HERE = ZoneInfo("Europe/Moscow")
FIRST, LAST = date(2026, 2, 14), date(2026, 3, 31)
DAYS = list(days_between(FIRST, LAST))
CALENDARS = {2026: Calendar(2026, frozenset({date(2026, 2, 23), date(2026, 3, 9)}), frozenset(), frozenset())}
DOCUMENT = Path(__file__).parents[2] / "docs" / "forecast.md"

Counts: TypeAlias = Mapping[date, int]
Look: TypeAlias = Callable[[date], Outlook]


def by_working_days(today: date) -> Outlook:
    return forecast.by_working_days(FIRST, LAST, today, CALENDARS)


def foretold(outlook: Outlook, counts: Counts, today: date, of_today: int = 0) -> Forecast | None:
    """At some moment of a day, by which so much of it has come."""
    before = sum(n for day, n in counts.items() if day < today)
    return outlook.of([counts.get(day, 0) for day in outlook.days], of_today, before + of_today)


def days_of(counts: list[int]) -> Counts:
    return dict(zip(DAYS, counts, strict=True))


def alike(n: int) -> Counts:
    """So many on each working day, and none else."""
    return {day: n for day in DAYS if CALENDARS[2026].hours(day)}


campaigns = st.lists(st.integers(0, 500), min_size=len(DAYS), max_size=len(DAYS)).map(days_of)
dates = st.dates(FIRST - timedelta(days=3), LAST + timedelta(days=9))
looks = st.sampled_from(
    [
        by_working_days,
        lambda today: forecast.by_shape(way.by_shape(FIRST, LAST, alike(7), FIRST, LAST), today),
        lambda today: forecast.by_shape(way.by_shape(FIRST, LAST, {LAST: 1}, FIRST, LAST), today),
    ]
)


@given(counts=campaigns, today=dates, of_today=st.integers(0, 900), look=looks)
def test_it_is_in_order_and_never_below_what_came(
    counts: Counts, today: date, of_today: int, look: Look
) -> None:
    of_today = of_today if today <= LAST else 0
    found = foretold(look(today), counts, today, of_today)

    if found:
        came = sum(n for day, n in counts.items() if day < today) + of_today
        assert came <= found.low <= found.likely <= found.high
        assert found == foretold(look(today), counts, today, of_today)


@given(counts=campaigns, today=dates, look=looks)
def test_after_the_last_day_it_is_the_fact(counts: Counts, today: date, look: Look) -> None:
    found = foretold(look(today), counts, today)

    if today > LAST:
        whole = sum(counts.values())
        assert found == Forecast(whole, whole, whole)


@given(counts=campaigns, more=st.integers(1, 400), today=dates, look=looks)
def test_more_of_today_never_lowers_what_is_likely(
    counts: Counts, more: int, today: date, look: Look
) -> None:
    less, found = (foretold(look(today), counts, today, n) for n in (0, more if today <= LAST else 0))

    if less and found:
        assert found.low >= less.low
        assert found.likely >= less.likely


@pytest.mark.parametrize("look", [by_working_days])
def test_while_few_days_are_known_there_is_none(look: Look) -> None:
    young = [FIRST + timedelta(days=n) for n in range(-2, FEWEST)]

    assert [foretold(look(today), alike(5), today) for today in young] == [None] * len(young)
    assert foretold(look(FIRST + timedelta(days=FEWEST)), alike(5), FIRST + timedelta(days=FEWEST))


def test_as_many_each_working_day_lead_to_their_sum() -> None:
    for today in DAYS[FEWEST:]:
        found = foretold(by_working_days(today), alike(10), today)

        assert found is not None
        assert found.likely == sum(alike(10).values())


def test_what_came_today_is_of_what_today_usually_brings() -> None:
    today = date(2026, 3, 4)
    found = [foretold(by_working_days(today), alike(10), today, of_today=n) for n in (0, 9, 10, 25)]

    whole = sum(alike(10).values())
    assert [each and each.likely for each in found] == [whole, whole, whole, whole + 15]


def test_a_silent_place_may_still_speak() -> None:
    today = date(2026, 3, 4)
    found = foretold(by_working_days(today), {}, today)

    assert found is not None
    assert (found.low, found.likely) == (0, 0)
    assert found.high > 0


def test_a_past_campaigns_rush_is_foreseen() -> None:
    past = {day: 5 * n for day, n in alike(1).items()} | {LAST: 500}
    shape = way.by_shape(FIRST, LAST, past, FIRST, LAST)
    today = date(2026, 3, 20)
    found = foretold(forecast.by_shape(shape, today), past, today)

    assert found is not None
    assert found.likely == sum(past.values())


def test_a_past_campaign_that_had_not_begun_by_then_foretells_nothing() -> None:
    shape = way.by_shape(FIRST, LAST, {LAST: 1}, FIRST, LAST)

    assert foretold(forecast.by_shape(shape, date(2026, 3, 4)), alike(5), date(2026, 3, 4)) is None


def test_an_unknown_year_is_an_error() -> None:
    with pytest.raises(KeyError):
        forecast.by_working_days(FIRST, LAST, date(2026, 3, 4), {})


# ---- back-test ----
def of_demonstration(n: int, lean: demonstration.Lean, seed: int) -> Counts:
    end = datetime.combine(LAST + timedelta(days=1), time(), HERE) - timedelta(seconds=1)
    moments = demonstration.moments(n, FIRST, end, lean, random.Random(seed))
    return Counter(moment.date() for moment in moments)


def with_rush(n: int, seed: int, days: int = 5, times: float = 3.0) -> Counts:
    """Weekends bring a fifth, days differ by a third, and the last of them `times` as much as usual."""
    rng = random.Random(seed)
    worked = [1.0 if CALENDARS[2026].hours(day) else 0.2 for day in DAYS]
    rush = [times if (LAST - day).days < days else 1.0 for day in DAYS]
    weights = [usual * more * rng.uniform(0.7, 1.3) for usual, more in zip(worked, rush, strict=True)]
    return Counter(rng.choices(DAYS, weights, k=n))


@dataclass(frozen=True)
class Score:
    """Of all days that had a forecast: in how many the end lay in the range, how far the likely value was
    from it, and how wide the range was, as parts of the end."""

    inside: float
    off: float
    wide: float


def back_test(counts: Counts, look: Look) -> Score:
    end = sum(counts.values())
    found = [each for today in DAYS if (each := foretold(look(today), counts, today))]
    return Score(
        mean(each.low <= end <= each.high for each in found),
        mean(abs(each.likely - end) / end for each in found),
        mean((each.high - each.low) / end for each in found),
    )


Made: TypeAlias = Callable[[int, int], Counts]
MADE: dict[str, Made] = {
    "demonstration, initiatives": lambda n, seed: of_demonstration(n, demonstration.INITIATIVES, seed),
    "demonstration, registrations": lambda n, seed: of_demonstration(n, demonstration.REGISTRATIONS, seed),
    "rush: 3 × in the last 5 days": with_rush,
    "rush: 4 × in the last 3 days": lambda n, seed: with_rush(n, seed, 3, 4.0),
    "rush: 2 × in the last 10 days": lambda n, seed: with_rush(n, seed, 10, 2.0),
}
REGION, TOWN, VILLAGE = 7000, 500, 40
SEED, PAST, SEEDS = 2026, 2025, 20


@cache
def scores(name: str, n: int, like_past: bool) -> Score:
    """On average over some campaigns of a kind; by working days, or beside a past campaign of the kind."""
    shape = way.by_shape(FIRST, LAST, MADE[name](REGION, PAST), FIRST, LAST)
    look = (lambda today: forecast.by_shape(shape, today)) if like_past else by_working_days
    found = [back_test(MADE[name](n, SEED + nth), look) for nth in range(SEEDS)]
    return Score(*(mean(getattr(each, field) for each in found) for field in ("inside", "off", "wide")))


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("like_past", [False, True])
@pytest.mark.parametrize("n", [REGION, TOWN, VILLAGE])
def test_the_end_lies_in_the_range_on_seventy_of_a_hundred_days(name: str, like_past: bool, n: int) -> None:
    assert scores(name, n, like_past).inside >= 0.7


@pytest.mark.parametrize("name", MADE)
def test_of_a_region_it_does_on_each_curve_by_itself(name: str) -> None:
    for nth in range(5):
        assert back_test(MADE[name](REGION, SEED + nth), by_working_days).inside >= 0.7


def row(name: str, n: int, like_past: bool) -> str:
    score = scores(name, n, like_past)
    course = "a past campaign" if like_past else "working days"
    parts = (score.inside, score.off, score.wide)
    return f"| {name} | {n} | {course} | " + " | ".join(f"{part:.0%}" for part in parts) + " |"


def test_the_document_has_the_scores() -> None:
    sizes = REGION, TOWN, VILLAGE
    rows = [row(name, n, like_past) for name in MADE for n in sizes for like_past in (False, True)]

    told = DOCUMENT.read_text().splitlines()

    assert [line for line in told if line.startswith(("| demo", "| rush"))] == rows


def test_all_municipalities_of_a_region_cost_nothing() -> None:
    today = date(2026, 3, 20)
    counts = [random.Random(n).choices(range(9), k=forecast.RECENT) for n in range(2 * 955)]
    began = clocks.process_time()

    outlook = by_working_days(today)
    found = [outlook.of(each, 3, sum(each) + 3) for each in counts]

    assert len(found) == 2 * 955
    assert clocks.process_time() - began < 0.15
