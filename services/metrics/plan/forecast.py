"""What a counter will be at the end of the last day, and between what, as the recent days go. Pure.

The formula is told in `docs/forecast.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt

from services.directory.calendar import Calendars, days_between
from services.metrics.plan.way import Way

FEWEST = 7
"""Full days of a campaign without which nothing is foretold, and nobody is slow."""

RECENT = 14
"""Full days that are looked at: two weeks, so that each weekday is there twice."""

Z = 1.2816
"""Standard deviations within which 80 % of a normal distribution lie."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A counter at the end of the last day: the likely value, and the range for four cases of five."""

    low: int
    likely: int
    high: int


HALF = 0.5
LAST = 5
"""Days before the end that a rush takes."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the days that are left may be from the recent ones, as parts of what they usually bring: by
    another pace, and by a rush of the last days besides."""

    down: float
    up: float
    rush: float


UNKNOWN_COURSE = Drift(0.35, 0.9, 2.0)
"""By working days, which tell nothing of a rush: in the last days three times as much as usual may come."""

KNOWN_COURSE = Drift(0.3, 0.4, 0.0)
"""By the shape of a past campaign, which has its rush in it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Days that are alike, as places in the row of recent days, and what is left of them: today's weight,
    and that of the days after it. A weight is how much of the kind's usual day a day is."""

    recent: Sequence[int]
    weights: Sequence[float]
    today: float
    later: float
    often: float
    """How many days are left, today too."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """One day's view of the days that are left of a campaign: made once, and asked for every place."""

    days: Sequence[date]
    """The recent full days whose figures `of` wants, in this order."""
    kinds: Sequence[Kind]
    drift: Drift
    left: int
    """How many days are left, today too."""
    over: bool = False

    def of(self, recent: Sequence[int], today: int, fact: int) -> Forecast | None:
        """The forecast of a counter, by its figures of the recent days, of today, and in all. None while too
        few days are known."""
        if self.over:
            return Forecast(fact, fact, fact)
        if not self.kinds:
            return None
        coming, noise = 0.0, 0.0
        for kind in self.kinds:
            more, variance = _coming(kind, recent, today)
            coming, noise = coming + more, noise + variance
        rush = self.drift.rush * min(LAST / self.left, 1.0)
        down = sqrt((coming * self.drift.down) ** 2 + Z * Z * noise)
        up = sqrt(coming**2 * (self.drift.up**2 + rush**2) + Z * Z * noise)
        # Half up: half to even would let one more of today lower what is likely.
        likely, high = int(coming + HALF), int(coming + up + HALF)
        return Forecast(fact + int(max(coming - down, 0.0)), fact + likely, fact + high)


def _coming(kind: Kind, recent: Sequence[int], today: int) -> tuple[float, float]:
    """What the days of a kind that are left will bring, and its variance."""
    counted = [recent[nth] for nth in kind.recent]
    usual = sum(counted) / sum(kind.weights)
    more = max(usual * kind.today - today, 0.0) if kind.today else 0.0
    more += usual * kind.later
    misses = sum((n - usual * weight) ** 2 for n, weight in zip(counted, kind.weights, strict=True))
    known = len(counted)
    # Counts vary by their own size at least, and silence for some days is no proof of silence for ever.
    variance = max(misses / max(known - 1, 1), (sum(counted) + 1) / known)
    return more, variance * kind.often * (1 + kind.often / known)


def by_working_days(first: date, last: date, today: date, calendars: Calendars) -> Outlook:
    """By the recent rate of working days, and that of the others. Raises KeyError for an unknown year."""
    days, left = _recent(first, last, today), list(days_between(max(first, today), last))
    if len(days) < FEWEST or not left:
        return Outlook(days, (), UNKNOWN_COURSE, len(left), over=today > last)
    worked = {day: calendars[day.year].hours(day) > 0 for day in (*days, *left)}
    kinds = []
    for kind in {worked[day] for day in left}:
        alike = [nth for nth, day in enumerate(days) if worked[day] is kind] or range(len(days))
        often = sum(worked[day] is kind for day in left)
        is_today = float(worked[today] is kind)
        kinds.append(Kind(alike, [1.0] * len(alike), is_today, often - is_today, often))
    return Outlook(days, kinds, UNKNOWN_COURSE, len(left))


def by_shape(way: Way, today: date) -> Outlook:
    """By how the recent days were beside a past campaign's, and what that had still to come."""
    days = _recent(way.first_day, way.last_day, today)
    left = (way.last_day - today).days + 1
    if len(days) < FEWEST or left <= 0:
        return Outlook(days, (), KNOWN_COURSE, left, over=today > way.last_day)
    marks = [way.by(day) for day in (days[0] - timedelta(days=1), *days, today)]
    *parts, of_today = [after - before for before, after in pairwise(marks)]
    if not (whole := sum(parts)):
        return Outlook(days, (), KNOWN_COURSE, left)
    usual = whole / len(days)
    weights = [part / usual for part in parts]
    kind = Kind(range(len(days)), weights, of_today / usual, (1.0 - way.by(today)) / usual, left)
    return Outlook(days, [kind], KNOWN_COURSE, left)


def _recent(first: date, last: date, today: date) -> list[date]:
    until = min(today, last + timedelta(days=1)) - timedelta(days=1)
    return list(days_between(max(first, until - timedelta(days=RECENT - 1)), until))
