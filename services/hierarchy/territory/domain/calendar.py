"""Production calendars: those that come with the program, one by the law alone, and one as it is entered.

The built-in ones are a file a year in `calendars/`, days as month and day; Saturdays and Sundays are off
unless `worked`.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import yaml

from contracts.structure import CalendarDefined
from services.chassis.days import EARLIEST, LATEST
from services.chassis.errors import Checks, Invalid
from services.chassis.text import one_line, shortened
from services.directory.calendar import SATURDAY, Calendar, unknown_years
from services.hierarchy.territory.domain.campaign import DAYS, Campaign

FILES = files("services.hierarchy.territory") / "calendars"

BY_LAW = "По статье 112 Трудового кодекса, без переносов: переносы утверждает Правительство."
"""What a year stands on that was entered before its decree."""

JANUARY = range(1, 9)
HOLIDAYS = ((2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))
"""Article 112: the first eight days of January, and these (month, day)."""

FEW = 3
"""So many days are named that are wrong in a field."""

WRITTEN = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?")


@dataclass(frozen=True, slots=True)
class Year:
    """A year's calendar as it is stored."""

    calendar: Calendar
    version: int = 1
    basis: str = ""

    def defined(self) -> CalendarDefined:
        """The event of its present state."""
        of = self.calendar
        days = {"days_off": of.days_off, "worked": of.worked, "shortened": of.shortened}
        listed = {name: sorted(given) for name, given in days.items()}
        return CalendarDefined(year=of.year, version=self.version, **listed)


@dataclass(frozen=True, slots=True)
class Typed:
    """A year as somebody enters it: days as «31.12» or 2027-12-31."""

    year: int | None
    days_off: Sequence[str] = ()
    worked: Sequence[str] = ()
    shortened: Sequence[str] = ()


def years() -> list[int]:
    """The years that come with the program."""
    names = (file.name.removesuffix(".yaml") for file in FILES.iterdir() if file.name.endswith(".yaml"))
    return sorted(int(name) for name in names)


@cache
def of_year(year: int) -> Calendar:
    """A year that comes with the program. Raises KeyError for any other."""
    if year not in years():
        raise KeyError(year)
    given = yaml.safe_load(FILES.joinpath(f"{year}.yaml").read_text("utf-8"))

    def read(name: str) -> frozenset[date]:
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in given[name])

    return Calendar(year, read("days_off"), read("worked"), read("shortened"))


def by_law(year: int) -> Calendar:
    """A year as articles 95 and 112 of the Labour Code have it, before the Government moves days: a holiday
    on a weekend moves to the next working day, but for those of January."""
    holidays = {date(year, 1, day) for day in JANUARY} | {date(year, *day) for day in HOLIDAYS}
    off = {day for day in holidays if day.weekday() < SATURDAY}
    for day in sorted(date(year, *each) for each in HOLIDAYS):
        if day.weekday() >= SATURDAY:
            off.add(_next_working(day, off))
    before = {day - timedelta(1) for day in (*holidays, date(year + 1, 1, 1))}
    short = {day for day in before if day.year == year and day.weekday() < SATURDAY and day not in off}
    return Calendar(year, frozenset(off), frozenset(), frozenset(short))


def _next_working(day: date, off: Collection[date]) -> date:
    while day.weekday() >= SATURDAY or day in off:
        day += timedelta(1)
    return day


def check_years(stored: Iterable[int], wanted: Campaign) -> None:
    """Raises Invalid, at the first day that is in it, for a year of the campaign without a calendar."""
    known = dict.fromkeys((*stored, *years()))
    for year in unknown_years(known, wanted.prepare_from, wanted.close_until)[:1]:
        field = next((name for name in DAYS if getattr(wanted, name).year >= year), DAYS[-1])
        raise Invalid("calendar-year-unknown", field=field, year=str(year))


def check_year(given: int | None) -> int:
    """Raises Invalid for a year in which no day lies that is entered anywhere."""
    if given is None or not EARLIEST.year <= given <= LATEST.year:
        raise Invalid("calendar-year", field="year", first=str(EARLIEST.year), last=str(LATEST.year))
    return given


def check_calendar(given: Typed) -> Calendar:
    """The calendar as it is stored. Raises Invalid with everything wrong, at its fields."""
    year, checks = check_year(given.year), Checks()
    off = checks.take(lambda: _days("days_off", given.days_off, year, _is_weekday))
    worked = checks.take(lambda: _days("worked", given.worked, year, lambda day: not _is_weekday(day)))
    draft = Calendar(year, off or frozenset(), worked or frozenset(), frozenset())
    short = checks.take(lambda: _days("shortened", given.shortened, year, lambda day: draft.hours(day) > 0))
    checks.settle()
    return Calendar(year, off, worked, short)


def listed(typed: str) -> list[str]:
    """The days of a field: between commas, semicolons, spaces or line breaks."""
    return [each for each in re.split(r"[\s,;]+", typed) if each]


def written(days: Iterable[date]) -> str:
    """Days as the field has them."""
    return ", ".join(f"{day:%d.%m}" for day in sorted(days))


def _is_weekday(day: date) -> bool:
    return day.weekday() < SATURDAY


def _days(field: str, given: Sequence[str], year: int, fits: Callable[[date], bool]) -> frozenset[date]:
    """The days of a field, if each can be read, lies in the year, fits and stands there once."""
    read = [(each, _day(each, year)) for each in given]
    counted = Counter(day for _, day in read)
    for slug, wrong in (
        ("calendar-day", [each for each, day in read if day is None]),
        ("calendar-day-outside", [each for each, day in read if day and day.year != year]),
        ("calendar-day-twice", [f"{day:%d.%m}" for day, n in counted.items() if day and n > 1]),
        (f"calendar-{field.replace('_', '-')}", [each for each, day in read if day and not fits(day)]),
    ):
        if wrong:
            raise Invalid(slug, field=field, days=_named(wrong), year=str(year))
    return frozenset(day for _, day in read if day)


def _day(given: str, year: int) -> date | None:
    with suppress(ValueError):
        if found := WRITTEN.fullmatch(given.strip()):
            return date(int(found[3] or year), int(found[2]), int(found[1]))
        return date.fromisoformat(given.strip())
    return None


def _named(wrong: Sequence[str]) -> str:
    more = ["…"] if len(wrong) > FEW else []
    return ", ".join([*(shortened(one_line(each), 20) for each in wrong[:FEW]), *more])
