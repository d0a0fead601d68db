"""Working minutes in a histogram: what its median says, and how far from the truth it can be."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.metrics.cases.minutes import BOUNDS, KEYS, MEDIAN, MORE, NINETY, Quantile, bucket, quantile

MINUTES = st.lists(st.integers(0, 6000), min_size=1)


@pytest.mark.parametrize(
    ("minutes", "key"),
    [(0, "00005"), (5, "00005"), (6, "00015"), (4800, "04800"), (4801, MORE), (10**9, MORE)],
)
def test_a_bound_belongs_to_the_bucket_that_it_ends(minutes: int, key: str) -> None:
    assert bucket(minutes) == key


def test_the_names_of_the_buckets_are_in_the_order_of_their_bounds() -> None:
    assert sorted(KEYS) == list(KEYS)
    assert sorted(BOUNDS) == list(BOUNDS)


def test_nothing_has_no_median() -> None:
    assert quantile({}, MEDIAN) is None


def test_within_a_bucket_the_median_lies_on_a_straight_line() -> None:
    assert quantile({"00060": 4}, MEDIAN) == Quantile(45)
    assert quantile({"00005": 1, "00060": 3}, MEDIAN) == Quantile(40)
    assert quantile({"00005": 1, MORE: 9}, NINETY) == Quantile(4800, more=True)


@given(MINUTES, st.sampled_from([MEDIAN, NINETY]))
def test_a_quantile_lies_in_the_bucket_of_the_true_one(minutes: list[int], share: float) -> None:
    true = sorted(minutes)[math.ceil(share * len(minutes)) - 1]

    found = quantile(Counter(map(bucket, minutes)), share)

    assert found is not None
    if found.more:
        assert true > BOUNDS[-1]
    else:
        nth = KEYS.index(bucket(true))
        assert (BOUNDS[nth - 1] if nth else 0) <= found.minutes <= BOUNDS[nth]


@given(MINUTES, MINUTES)
def test_two_histograms_add_up_to_that_of_both(one: list[int], other: list[int]) -> None:
    apart = Counter(map(bucket, one)) + Counter(map(bucket, other))

    assert quantile(apart, MEDIAN) == quantile(Counter(map(bucket, one + other)), MEDIAN)
