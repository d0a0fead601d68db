"""When things happen in a campaign: the shape of its days and hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)

WEEK = (0.75, 0.9, 1.0, 1.4, 1.6, 0.22, 0.15)
"""Monday to Sunday: a rush before the week's figures are reported, then rest."""

OFFICE_DAY = (
    *(0.02, 0.01, 0.0, 0.0, 0.0, 0.02, 0.06, 0.2),
    *(0.8, 1.4, 1.7, 1.6, 0.9, 0.6, 1.3, 1.5),
    *(1.4, 0.9, 0.5, 0.45, 0.55, 0.45, 0.2, 0.07),
)
"""Each hour of the day: the office's hours with a dip at lunch, and a tail in the evening."""

Lean: TypeAlias = tuple[float, float]
"""How busy the first and the last day are."""

REGISTRATIONS: Lean = (1.4, 0.7)
INITIATIVES: Lean = (0.4, 1.6)

RECENT = 300
"""One of so many happens in the last hour, whatever hour that is, and at least one."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time within one hour of the day, and how much happens in it."""

    begins: datetime
    ends: datetime
    weight: float

    def moment(self, rng: Random) -> datetime:
        """Some moment of it."""
        return self.begins + (self.ends - self.begins) * rng.random()


def moments(n: int, first_day: date, now: datetime, lean: Lean, rng: Random) -> list[datetime]:
    """`n` moments in order, from the first day's beginning until now, in the zone of `now`."""
    spans = list(_spans(first_day, now, lean))
    recent = min(n, max(1, n // RECENT))
    last = Span(max(spans[0].begins, now - HOUR), now, 1.0)
    chosen = rng.choices(spans, [span.weight for span in spans], k=n - recent) + [last] * recent
    return sorted(span.moment(rng) for span in chosen)


def steady(n: int, per_second: float, begin: datetime) -> list[datetime]:
    """`n` moments at equal distances."""
    return [begin + timedelta(seconds=i / per_second) for i in range(n)]


def _spans(first_day: date, now: datetime, lean: Lean) -> Iterator[Span]:
    zone = now.tzinfo or UTC
    begin = datetime.combine(first_day, time(), zone).astimezone(UTC)
    days = max((now.date() - first_day).days, 1)
    while begin < now:
        local, end = begin.astimezone(zone), min(begin + HOUR, now)
        growth = lean[0] + (lean[1] - lean[0]) * (local.date() - first_day).days / days
        busy = growth * _mood(local.date()) * WEEK[local.weekday()] * (OFFICE_DAY[local.hour] + 0.001)
        yield Span(local, end.astimezone(zone), busy * ((end - begin) / HOUR))
        begin += HOUR


def _mood(day: date) -> float:
    """No two days are alike, and some before the rush are quiet; the same for everybody."""
    rng = Random(f"mood of {day}")
    quiet = day.weekday() < 3 and rng.random() < 0.2
    return rng.uniform(0.85, 1.15) * (0.5 if quiet else 1.0)


def in_zone(name: str) -> datetime:
    """The present moment with a zone's offset."""
    return datetime.now(ZoneInfo(name))
