"""The way to a target: which part of it was to be reached by the end of each day."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from services.directory.calendar import Calendars, days_between

FULL_WAY = 1.0


@dataclass(frozen=True, slots=True)
class Way:
    """Shares of the target (0 … 1) by the end of each day, from the first day to the last."""

    first_day: date
    shares: Sequence[float]

    @property
    def last_day(self) -> date:
        """The day by whose end all of it is due."""
        return self.first_day + timedelta(days=len(self.shares) - 1)

    def by(self, day: date) -> float:
        """The share that was due by the end of a day: nothing before the first, all of it after the last."""
        nth = (day - self.first_day).days
        if nth < 0:
            return 0.0
        return self.shares[min(nth, len(self.shares) - 1)]

    def day_of(self, share: float) -> date:
        """By the end of which day a share was due; the day before the first for nothing."""
        if share <= 0:
            return self.first_day - timedelta(days=1)
        return self.first_day + timedelta(days=min(bisect_left(self.shares, share), len(self.shares) - 1))

    def reached(self, share: float) -> date:
        """By the end of which day all that was due is reached with a share; what adds nothing is left out."""
        nth = bisect_right(self.shares, share) - 1
        return self.day_of(0.0 if nth < 0 else self.shares[nth])


def by_working_days(first: date, last: date, calendars: Calendars) -> Way:
    """An equal part on each working day; on each day, if none of them is worked. Raises KeyError for an
    unknown year."""
    worked = [float(calendars[day.year].hours(day) > 0) for day in days_between(first, last)]
    return _way(first, worked if any(worked) else [1.0] * len(worked))


def by_shape(first: date, last: date, past: Mapping[date, int], past_first: date, past_last: date) -> Way:
    """As a past campaign grew: the share that it had reached at the same part of its days.

    Raises ValueError for a campaign in which nothing came.
    """
    reached = list(accumulate(past.get(day, 0) for day in days_between(past_first, past_last)))
    if not reached or not reached[-1]:
        raise ValueError("a campaign in which nothing came has no shape")
    days, past_days = (last - first).days + 1, len(reached)
    shares = [_between(reached, (nth + 1) / days * past_days) / reached[-1] for nth in range(days)]
    return Way(first, shares)


def _between(reached: Sequence[int], days: float) -> float:
    """What was reached after so many days, not all of them whole."""
    whole = min(int(days), len(reached))
    before = reached[whole - 1] if whole else 0
    after = reached[min(whole, len(reached) - 1)]
    return before + (after - before) * (days - whole)


def _way(first: date, parts: Sequence[float]) -> Way:
    whole = sum(parts)
    shares = [reached / whole for reached in accumulate(parts)]
    # So that the end is the whole and not almost.
    return Way(first, [*shares[:-1], FULL_WAY])
