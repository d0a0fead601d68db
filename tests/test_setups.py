"""The share of what a module may set up, which every module is measured by, and the suite's time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests import order, setups
from tests.factories import far_from_midnight
from tests.hierarchy.office import CHEAP
from tests.setups import Share


def test_whoever_sets_up_more_than_their_share_is_named() -> None:
    used = Share(databases=5, applications=3, processes=5)

    assert setups.excess("tests/test_any.py", used) == [
        "tests/test_any.py sets up 5 databases, its share is 4",
        "tests/test_any.py sets up 5 processes, its share is 4",
    ]
    assert setups.excess("tests/test_any.py", Share()) == []


def test_a_hash_counts_by_what_it_costs() -> None:
    before = setups.counted.copy()

    CHEAP.verify(CHEAP.hash("x"), "x")

    assert setups.since(before).hashes == 0
    assert PasswordHasher().memory_cost == setups.FULL_COST


@pytest.mark.parametrize("module", sorted({*setups.SHARES, *order.SHARING, *order.LEFT_TO_FULL}))
def test_whatever_has_a_share_of_its_own_is_there(module: str) -> None:
    assert Path(module).is_file()


@pytest.mark.parametrize("scope", sorted(set(order.WEIGHTS) - {order.UNHARMED}))
def test_whatever_has_a_weight_is_there(scope: str) -> None:
    assert Path(scope).is_file()


@pytest.mark.parametrize("hour", range(24))
def test_the_suites_day_goes_on_for_three_hours(hour: int) -> None:
    begun = datetime(2026, 11, 30, hour, 59, tzinfo=UTC)

    assert 6 <= begun.astimezone(far_from_midnight(begun)).hour < 21
