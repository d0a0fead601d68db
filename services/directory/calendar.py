"""The production calendar (производственный календарь) of a five-day week: which days are worked. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from contracts.structure import CalendarDefined

FULL, SHORT = 8, 7
"""Hours of a working day, and of one before a holiday (article 95 of the Labour Code)."""

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """One year: weekdays that are off, weekends that are worked, and shortened days."""

    year: int
    days_off: frozenset[date]
    worked: frozenset[date]
    shortened: frozenset[date]

    @classmethod
    def of(cls, event: CalendarDefined) -> "Calendar":
        """As hierarchy tells it."""
        days = (event.days_off, event.worked, event.shortened)
        return cls(event.year, *(frozenset(each) for each in days))

    def hours(self, day: date) -> int:
        """How many hours of a day are worked."""
        weekend = day.weekday() >= SATURDAY and day not in self.worked
        if weekend or day in self.days_off:
            return 0
        return SHORT if day in self.shortened else FULL

    def days(self) -> Iterator[date]:
        """Every day of the year."""
        return days_between(date(self.year, 1, 1), date(self.year, 12, 31))


Calendars: TypeAlias = Mapping[int, Calendar]
"""Year → its calendar."""


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both with them; none if the last is before the first."""
    return (first + timedelta(n) for n in range((last - first).days + 1))


def working_days(calendars: Calendars, first: date, last: date) -> int:
    """How many days of a stretch are worked, both ends with it. Raises KeyError for an unknown year."""
    return sum(calendars[day.year].hours(day) > 0 for day in days_between(first, last))


def unknown_years(known: Mapping[int, object], first: date, last: date) -> list[int]:
    """The years of a stretch of which there is no calendar."""
    return [year for year in range(first.year, last.year + 1) if year not in known]
