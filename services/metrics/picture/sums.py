"""Counters by municipality and day in memory, with their sums kept beside."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.metrics.domain import COUNTERS
from services.metrics.store.figures import DayTotal


@dataclass(slots=True)
class Sums:
    """Counters by municipality and day, with their sums kept beside."""

    days: dict[tuple[str, str], dict[date, int]] = field(default_factory=dict)
    own: dict[tuple[str, str], int] = field(default_factory=dict)
    region: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    region_days: dict[tuple[str, date], int] = field(default_factory=dict)

    def put(self, total: DayTotal) -> bool:
        """Set a municipality's counter of a day; whether it changed."""
        key = (total.municipality, total.counter)
        of_days = self.days.setdefault(key, {})
        change = total.n - of_days.get(total.day, 0)
        if not change:
            return False
        of_days[total.day] = total.n
        self.own[key] = self.own.get(key, 0) + change
        self.region[total.counter] += change
        day = (total.counter, total.day)
        self.region_days[day] = self.region_days.get(day, 0) + change
        return True

    def only(self, codes: Collection[str]) -> "Sums":
        """The same of some municipalities alone."""
        part = Sums()
        for (code, counter), days in self.days.items():
            if code in codes:
                for day, n in days.items():
                    part.put(DayTotal(code, day, counter, n))
        return part

    def of(self, codes: Iterable[str], counter: str) -> int:
        """The sum of a counter over municipalities."""
        return sum(self.own.get((code, counter), 0) for code in codes)

    def of_day(self, codes: Iterable[str], counter: str, day: date) -> int:
        """What a day added to it."""
        return sum(self.days.get((code, counter), {}).get(day, 0) for code in codes)

    def of_days(self, codes: Collection[str], counter: str, days: Sequence[date]) -> list[int]:
        """What each of some days added to it."""
        counted = [of for code in codes if (of := self.days.get((code, counter)))]
        if len(counted) == 1:
            # As most are: that of one municipality.
            return [counted[0].get(day, 0) for day in days]
        return [sum(of.get(day, 0) for of in counted) for day in days]

    def until(self, day: date) -> dict[tuple[str, str], int]:
        """What everybody had by the end of a day, by municipality and counter."""
        return {key: sum(n for when, n in of.items() if when <= day) for key, of in self.days.items()}

    def by_day(self, codes: Iterable[str], counter: str) -> dict[date, int]:
        """The same by day."""
        days: Counter[date] = Counter()
        for code in codes:
            days.update(self.days.get((code, counter), {}))
        return dict(days)
