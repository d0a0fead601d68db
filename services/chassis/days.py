"""Days: by a region's clocks, and as people read them in a sentence."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date

from services.chassis.errors import Invalid

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""What any day lies between that somebody enters: of an act, an agreement, a law, a session, a campaign."""


class DaySlugs(NamedTuple):
    """How a day is refused: one that cannot be read, one too early, one too late."""

    unread: str
    early: str
    late: str


def day_of(given: str) -> date | None:
    """The day that is written as 2026-02-14, if it is one of those that are taken at all."""
    try:
        day = date.fromisoformat(given.strip())
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def check_day(given: str, first: date, last: date, slugs: DaySlugs, field: str = "day") -> date:
    """A day from `first` to `last`. Raises Invalid."""
    try:
        day = date.fromisoformat(given.strip())
    except ValueError as error:
        raise Invalid(slugs.unread, field) from error
    if not first <= day <= last:
        slug = slugs.early if day < first else slugs.late
        raise Invalid(slug, field, first=in_words(first), last=in_words(last))
    return day


def a_year_before(day: date) -> date:
    """The same day of the year before; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=day.day - 1)


def today(zone: str, now: datetime) -> date:
    """The day that a moment belongs to, by the clocks of a time zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the next day, by a zone's clocks. Where they leave midnight out, they jump over it
    then."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def in_words(day: date) -> str:
    """«14 февраля 2026 года»."""
    return format_date(day, "d MMMM y 'года'", locale="ru")
