"""Minutes as a histogram that can be added up: its bounds, and what a median of it is."""

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

BOUNDS: Final = (5, 15, 30, 60, 120, 180, 240, 300, 360, 420, 480, 960, 1440, 1920, 2400, 4800)
"""The last working minute of each bucket; those above stand in one more. Eight hours are a usual day, 2400
minutes a week. Stated here alone: whoever changes them rebuilds the figures."""

ELAPSED: Final = (60, 120, 240, 480, 720, 1440, 2880, 4320, 5760, 7200, 10080, 14400, 20160, 30240)
"""The same of time by the clock, day and night: up to twelve hours, then days, up to three weeks."""

MORE: Final = "more"

MEDIAN, NINETY = 0.5, 0.9


@cache
def keys_of(bounds: tuple[int, ...]) -> tuple[str, ...]:
    """The names of the buckets, in their order."""
    return (*(f"{bound:05}" for bound in bounds), MORE)


KEYS: Final = keys_of(BOUNDS)


def bucket(minutes: int, bounds: tuple[int, ...] = BOUNDS) -> str:
    """The bucket of so many minutes."""
    return keys_of(bounds)[bisect_left(bounds, minutes)]


class Quantile(NamedTuple):
    """So many minutes, to one; `more`: at least that, for the last bucket has no end."""

    minutes: int
    more: bool = False


def quantile(counted: Mapping[str, int], share: float, bounds: tuple[int, ...] = BOUNDS) -> Quantile | None:
    """Within which time that share had an answer: the bucket is exact, the minute within it by a straight
    line from its first to its last. None without any."""
    keys = keys_of(bounds)
    each = [counted.get(key, 0) for key in keys]
    wanted = share * sum(each)
    if not wanted:
        return None
    sums = [*accumulate(each)]
    nth = next(nth for nth, n in enumerate(sums) if n >= wanted)
    if keys[nth] == MORE:
        return Quantile(bounds[-1], more=True)
    low, high = (bounds[nth - 1] if nth else 0), bounds[nth]
    part = 1 - (sums[nth] - wanted) / each[nth]
    return Quantile(round(low + (high - low) * part))
