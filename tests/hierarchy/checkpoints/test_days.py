"""Days of interim results: rules give days, those that have passed stay, and nonsense is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.structure import CampaignDefined
from deploy.contracts.__main__ import ROOT
from services.chassis.days import today
from services.chassis.errors import Conflict, Invalid
from services.hierarchy.checkpoints.domain.days import (
    WEEKDAYS,
    Wanted,
    check_wanted,
    expanded,
    renewed,
    rule_in_words,
)
from services.hierarchy.core.domain.versions import check_seen

EXAMPLE = ROOT / "contracts" / "examples" / CampaignDefined.type / "0.5.json"
DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))
SPANS = st.tuples(DAYS, st.integers(0, 120)).map(lambda span: (span[0], span[0] + timedelta(days=span[1])))
WEEKLY = st.sets(st.sampled_from(WEEKDAYS), min_size=1)
MONTHLY = st.sets(st.integers(1, 31), min_size=1)


def campaign(first: date, last: date, **more: Any) -> CampaignDefined:
    told = orjson.loads(EXAMPLE.read_bytes())["data"]
    days = {"prepare_from": first, "first_day": first, "last_day": last, "close_until": last}
    return CampaignDefined.model_validate({**told, **days, **more})


BEGUN = datetime(2024, 2, 14, 12, tzinfo=UTC)
SPRING = campaign(date(2024, 2, 14), date(2024, 4, 15))


@given(SPANS, WEEKLY)
def test_a_weekly_rule_gives_exactly_its_weekdays(span: tuple[date, date], weekdays: set[str]) -> None:
    first, last = span

    found = expanded(f"weekly:{','.join(sorted(weekdays))}", first, last)

    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert found == [day for day in every if WEEKDAYS[day.weekday()] in weekdays]


@given(SPANS, MONTHLY)
def test_a_monthly_rule_gives_each_number_once_a_month(span: tuple[date, date], numbers: set[int]) -> None:
    first, last = span

    found = expanded(f"monthly:{','.join(map(str, sorted(numbers)))}", first, last)

    assert found == sorted(set(found))
    assert all(first <= day <= last for day in found)
    for day in found:
        is_last = (day + timedelta(days=1)).day == 1
        assert day.day in numbers or (is_last and max(numbers) > day.day)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert {day for day in every if day.day in numbers} <= set(found)


@pytest.mark.parametrize(
    ("rule", "first", "days"),
    [
        ("weekly:fri", "2024-02-14", ["2024-02-16", "2024-02-23", "2024-03-01"]),
        ("monthly:1,15", "2024-02-14", ["2024-02-15", "2024-03-01"]),
        ("monthly:31", "2024-02-01", ["2024-02-29"]),
        ("monthly:29,30,31", "2023-02-01", ["2023-02-28"]),
        ("monthly:30", "2026-04-01", ["2026-04-30"]),
        (" weekly: mon , sun ", "2024-02-25", ["2024-02-25", "2024-02-26", "2024-03-03", "2024-03-04"]),
    ],
)
def test_a_day_that_a_month_lacks_falls_on_its_last(rule: str, first: str, days: list[str]) -> None:
    begin = date.fromisoformat(first)
    last = date.fromisoformat(days[-1])

    assert [day.isoformat() for day in expanded(rule, begin, last)] == days


@pytest.mark.parametrize(
    "rule",
    [
        *("", "fri", "weekly", "weekly:", "weekly:friday", "weekly:fri,fri", "daily:1", "monthly:"),
        *("monthly:0", "monthly:32", "monthly:1,1", "monthly:-1", "monthly:1;15", "monthly:١"),
        *("weekly:fri\x00", "\u202eirf:ylkeew", "weekly:fri,", "monthly:1.5", "WEEKLY:FRI"),
        "monthly:999999999999",
    ],
)
def test_an_unknown_rule_is_refused(rule: str) -> None:
    with pytest.raises(Invalid, match="checkpoint-rule"):
        expanded(rule, SPRING.first_day, SPRING.close_until)


@given(st.sets(DAYS), st.sets(DAYS), DAYS)
def test_days_that_have_passed_stay_whatever_is_wanted(
    standing: set[date], wanted: set[date], now: date
) -> None:
    after = renewed(standing, wanted, now)

    assert after == sorted(set(after))
    assert {day for day in after if day <= now} == {day for day in standing if day <= now}
    assert {day for day in after if day > now} == {day for day in wanted if day > now}


@given(
    st.integers(2, 12),
    st.integers(0, 55 * 24 * 60).map(lambda minutes: BEGUN + timedelta(minutes=minutes)),
    st.sets(st.dates(SPRING.first_day, SPRING.close_until)),
)
def test_what_has_passed_is_decided_by_the_clocks_of_the_region(
    offset: int, now: datetime, standing: set[date]
) -> None:
    here = today(f"Etc/GMT-{offset}", now)

    wanted = check_wanted(Wanted(rule="weekly:mon,tue,wed,thu,fri,sat,sun"), SPRING, here, standing)

    local = (now + timedelta(hours=offset)).date()
    assert wanted[0] == local + timedelta(days=1)
    assert wanted[-1] == SPRING.close_until
    assert {day for day in standing if day <= local} <= set(renewed(standing, wanted, here))


NOW = date(2024, 3, 1)


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        (Wanted(), "checkpoint-days-none"),
        (Wanted(["2024-03-08"], "weekly:fri"), "checkpoint-days-none"),
        (Wanted([], "  "), "checkpoint-days-none"),
        (Wanted(["2024-02-13"]), "checkpoint-day-outside"),
        (Wanted(["2024-04-16"]), "checkpoint-day-outside"),
        (Wanted(["2024-03-01"]), "checkpoint-day-passed"),
        (Wanted(["2024-02-29"]), "checkpoint-day-passed"),
        (Wanted(["2024-03-08", "2024-03-08"]), "checkpoint-day-twice"),
        (Wanted(["2024-03-08", "2024-02-30"]), "checkpoint-day"),
        (Wanted(["завтра"]), "checkpoint-day"),
        (Wanted(["2024-03-08\x00"]), "checkpoint-day"),
        (Wanted([""]), "checkpoint-day"),
        (Wanted(["2024-03-08"] * 1000), "checkpoint-days-many"),
        (Wanted(["x" * 100_000]), "checkpoint-day"),
        (Wanted(["2024-02-16"]), "checkpoint-days-over"),
    ],
)
def test_days_that_cannot_be_are_refused(given: Wanted, slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_wanted(given, SPRING, NOW, [date(2024, 2, 16)])

    assert refused.value.slug == slug
    assert all(len(str(fact)) < 50 for fact in refused.value.facts.values())


def test_a_rule_that_yields_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="checkpoint-days-over"):
        check_wanted(Wanted(rule="monthly:14"), SPRING, date(2024, 4, 14), [])


def test_a_day_that_has_passed_and_stands_is_no_mistake() -> None:
    wanted = check_wanted(Wanted(["2024-03-08", "2024-02-16"]), SPRING, NOW, [date(2024, 2, 16)])

    assert wanted == [date(2024, 3, 8)]


def test_a_change_of_another_version_is_refused() -> None:
    check_seen(None, 3, "checkpoint-days-changed")
    check_seen(3, 3, "checkpoint-days-changed")

    for seen in (0, 2, 4):
        with pytest.raises(Conflict, match="checkpoint-days-changed"):
            check_seen(seen, 3, "checkpoint-days-changed")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("weekly:fri", "каждую пятницу"),
        ("weekly:mon,wed,sun", "каждый понедельник, каждую среду и каждое воскресенье"),
        ("monthly:1,15", "каждое 1-е и 15-е"),
        ("", ""),
    ],
)
def test_a_rule_is_said_in_words(rule: str, words: str) -> None:
    assert rule_in_words(rule) == words
