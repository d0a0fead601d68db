"""Working minutes as a histogram that can be added up: its bounds, and what a median of it is."""

from bisect import bisect_left
from collections.abc import Mapping
from itertools import accumulate
from typing import Final, NamedTuple

BOUNDS: Final = (5, 15, 30, 60, 120, 180, 240, 300, 360, 420, 480, 960, 1440, 1920, 2400, 4800)
"""The last minute of each bucket; those above stand in one more. Eight hours are a usual day, 2400 minutes a
week. Stated here alone: whoever changes them rebuilds the figures."""

MORE: Final = "more"

KEYS: Final = (*(f"{bound:05}" for bound in BOUNDS), MORE)
"""The names of the buckets, in their order."""

MEDIAN, NINETY = 0.5, 0.9


def bucket(minutes: int) -> str:
    """The bucket of so many minutes."""
    return KEYS[bisect_left(BOUNDS, minutes)]


class Quantile(NamedTuple):
    """So many minutes, to one; `more`: at least that, for the last bucket has no end."""

    minutes: int
    more: bool = False


def quantile(counted: Mapping[str, int], share: float) -> Quantile | None:
    """Within which time that share had an answer: the bucket is exact, the minute within it by a straight
    line from its first to its last. None without any."""
    each = [counted.get(key, 0) for key in KEYS]
    wanted = share * sum(each)
    if not wanted:
        return None
    sums = [*accumulate(each)]
    nth = next(nth for nth, n in enumerate(sums) if n >= wanted)
    if KEYS[nth] == MORE:
        return Quantile(BOUNDS[-1], more=True)
    low, high = (BOUNDS[nth - 1] if nth else 0), BOUNDS[nth]
    part = 1 - (sums[nth] - wanted) / each[nth]
    return Quantile(round(low + (high - low) * part))
