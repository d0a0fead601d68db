"""What the fictional region plans: whose targets stand, whose are missing, which days have passed."""

from datetime import date, timedelta
from typing import Any

import pytest
import yaml

from deploy.demonstration.plans import by_letter, goals_of
from deploy.demonstration.region import DATA
from services.hierarchy.checkpoints.domain.days import expanded, renewed

WANTED = yaml.safe_load((DATA / "plans.yaml").read_text("utf-8"))
ASKED = WANTED["targets"]
MONDAY = date(2026, 11, 30)


def place(code: str, parent: str | None = None, registered: int = 10) -> dict[str, Any]:
    kind = "rural_settlement" if parent else "municipal_district"
    own = {"own_registered": registered, "own_submitted": 2 * registered}
    whole = {"registered": 3 * registered, "submitted": 6 * registered}
    return {"code": code, "kind": kind, "parent": parent, **own, **whole}


PLACES = [
    place(f"{district}0{settlement}", f"{district}00" if settlement else None)
    for district in range(10, 20)
    for settlement in range(4)
]
CODES = {item["code"] for item in PLACES}
SILENT = {"1103", "1303", "1503"}


def test_so_many_miss_their_targets_and_first_those_whose_head_is_silent() -> None:
    goals = goals_of(PLACES, CODES - SILENT, ASKED)

    whole = {code for code, goal in goals.items() if goal["scope"] == "with-settlements"}
    needing = {item["code"] for item in PLACES if item["parent"] not in whole}
    assert len(needing - goals.keys()) == ASKED["missing"]
    assert needing - goals.keys() >= SILENT
    assert len(whole) == 5


def test_the_settlements_of_a_district_that_plans_for_them_have_no_targets_of_their_own() -> None:
    goals = goals_of(PLACES, CODES, ASKED)

    assert {"1001", "1002", "1003"}.isdisjoint(goals)
    assert goals["1000"]["scope"] == "with-settlements"
    assert goals["1000"]["registered"] > 30 > goals["1100"]["registered"]


def test_targets_are_round_and_never_too_small() -> None:
    goals = goals_of([place(code, registered=0) for code in CODES], CODES, ASKED)

    assert {goal["registered"] for goal in goals.values()} == {ASKED["least"]}


def test_letters_are_of_the_silent_and_of_two_at_the_least_and_never_of_the_shown() -> None:
    assert by_letter(["1", "2", "3"], {"1", "2", "3"}, "1", 2) == {"2", "3"}
    assert by_letter(["1", "2", "3", "4"], {"1"}, "1", 2) == {"2", "3", "4"}


@pytest.mark.parametrize("ahead", range(7))
def test_on_any_day_of_the_week_two_checkpoints_have_passed(ahead: int) -> None:
    today = MONDAY + timedelta(days=ahead)
    begun = today - timedelta(days=WANTED["checkpoints"]["begun_days_ago"])
    fridays = expanded(WANTED["checkpoints"]["rule"], begun + timedelta(days=1), today + timedelta(days=45))

    days = renewed([], fridays, begun)

    assert len([day for day in days if day < today]) == len(WANTED["conclusions"]) == 2
