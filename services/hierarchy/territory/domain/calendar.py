"""The production calendar (производственный календарь) of a five-day week: how many hours a day has.

One file a year in `calendars/`, days as month and day; Saturdays and Sundays are off unless `worked`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import yaml

from services.chassis.errors import Invalid

FULL, SHORT = 8, 7
"""Hours of a working day, and of one before a holiday (article 95 of the Labour Code)."""

FILES = files("services.hierarchy.territory") / "calendars"


@dataclass(frozen=True, slots=True)
class Calendar:
    """One year: weekdays that are off, weekends that are worked, and shortened days."""

    year: int
    days_off: frozenset[date]
    worked: frozenset[date]
    shortened: frozenset[date]

    def hours(self, day: date) -> int:
        """How many hours of a day are worked."""
        weekend = day.weekday() > 4 and day not in self.worked
        if weekend or day in self.days_off:
            return 0
        return SHORT if day in self.shortened else FULL

    def days(self) -> Iterator[date]:
        """Every day of the year."""
        first = date(self.year, 1, 1)
        return (first + timedelta(n) for n in range((date(self.year + 1, 1, 1) - first).days))


def years() -> list[int]:
    """The years that are known."""
    names = (file.name.removesuffix(".yaml") for file in FILES.iterdir() if file.name.endswith(".yaml"))
    return sorted(int(name) for name in names)


@cache
def of_year(year: int) -> Calendar:
    """A year's calendar. Raises Invalid for a year without a file."""
    if year not in (known := years()):
        raise Invalid("calendar-year-unknown", year=str(year), first=str(known[0]), last=str(known[-1]))
    given = yaml.safe_load(FILES.joinpath(f"{year}.yaml").read_text("utf-8"))

    def read(name: str) -> frozenset[date]:
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in given[name])

    return Calendar(year, read("days_off"), read("worked"), read("shortened"))
