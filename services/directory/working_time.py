"""Working time of the region: by its week, its production calendar and its clocks. Pure.

The only copy of the rule: promised times, escalations and the examples on pages are all computed here.
Moments come back in the region's zone, for people; they are compared in UTC, as the two of an hour that the
clocks repeat are one to Python, which is none in another zone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from contracts.appointments import WorkingDay
from services.directory.calendar import SATURDAY, Calendar, Calendars

FRIDAY = 4

SHORTER = timedelta(hours=1)
"""By how much a day before a holiday ends earlier (article 95 of the Labour Code)."""

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

HOLIDAYS = frozenset([*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)])
"""Months and days on which nobody works (article 112). A calendar names those that fall on weekdays; this is
for a week that works at weekends too."""


class UnknownYear(KeyError):
    """The working time of a year was asked of which there is no production calendar."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


@dataclass(frozen=True)
class Schedule:
    """When the region works: from Monday to Sunday, in its zone, but for what the calendars change.

    A stretch of work lasts from the first moment at which the clocks show its beginning to the first at which
    they show its end: an hour that they skip or repeat is missing from it, or added to it.
    """

    week: Sequence[WorkingDay | None]
    zone: ZoneInfo
    calendars: Calendars

    @classmethod
    def of(cls, week: Sequence[WorkingDay | None], zone_name: str, calendars: Calendars) -> Self:
        """Raises ZoneInfoNotFoundError for a zone that does not exist."""
        return cls(tuple(week), ZoneInfo(zone_name), calendars)


Span = tuple[datetime, datetime]
"""A stretch of work without a break, in UTC, the end without it."""


def add(schedule: Schedule, moment: datetime, minutes: int) -> datetime:
    """The first moment by which so much working time has passed, in the region's zone: the end of a day, not
    the morning after it; with no minutes, the moment itself. Raises UnknownYear, ValueError below zero."""
    if minutes < 0:
        raise ValueError("working time goes forward")
    left, now = minutes * MINUTE, moment.astimezone(UTC)
    if not left:
        return now.astimezone(schedule.zone)
    for begins, ends in _spans_from(schedule, now):
        if left <= ends - begins:
            return (begins + left).astimezone(schedule.zone)
        left -= ends - begins
    raise AssertionError("the days do not end before the calendars do")


def between(schedule: Schedule, begins: datetime, ends: datetime) -> int:
    """How many whole minutes are worked from one moment to another; none if it is not later. Raises
    UnknownYear."""
    first, last = begins.astimezone(UTC), ends.astimezone(UTC)
    passed = timedelta()
    for day in _days_between(schedule, first, last):
        for from_, until in _spans(schedule, day):
            passed += max(min(until, last) - max(from_, first), timedelta())
    return passed // MINUTE


def is_open(schedule: Schedule, moment: datetime) -> bool:
    """Whether the region is at work at a moment. Raises UnknownYear."""
    now = moment.astimezone(UTC)
    return any(begins <= now < ends for begins, ends in _spans(schedule, _day(schedule, now)))


def opens_at(schedule: Schedule, moment: datetime) -> datetime:
    """The first moment of work from this one on, in the region's zone: itself while it is open. Raises
    UnknownYear if the calendars end before."""
    for begins, _ in _spans_from(schedule, moment.astimezone(UTC)):
        return begins.astimezone(schedule.zone)
    raise AssertionError("the days do not end before the calendars do")


def closes_at(schedule: Schedule, day: date) -> datetime | None:
    """When work ends on a day, in the region's zone; none for a day off. Raises UnknownYear."""
    ends = [until for _, until in _spans(schedule, day)]
    return ends[-1].astimezone(schedule.zone) if ends else None


def works(schedule: Schedule, day: date) -> WorkingDay | None:
    """When a day is worked, before it is shortened; none for a day off. Raises UnknownYear."""
    calendar = _calendar(schedule, day)
    if day in calendar.days_off:
        return None
    if day.weekday() < SATURDAY:
        return schedule.week[day.weekday()]
    if day in calendar.worked:
        return schedule.week[FRIDAY] or next((each for each in reversed(schedule.week) if each), None)
    return None if (day.month, day.day) in HOLIDAYS else schedule.week[day.weekday()]


def is_shortened(schedule: Schedule, day: date) -> bool:
    """Whether work ends an hour earlier on a day. Raises UnknownYear."""
    return day in _calendar(schedule, day).shortened


def _calendar(schedule: Schedule, day: date) -> Calendar:
    if day.year not in schedule.calendars:
        raise UnknownYear(day.year)
    return schedule.calendars[day.year]


def _spans_from(schedule: Schedule, now: datetime) -> Iterator[Span]:
    """What is worked from a moment on, the rest of the stretch that it is in first."""
    day = _day(schedule, now)
    while True:
        for begins, ends in _spans(schedule, day):
            if now < ends:
                yield max(begins, now), ends
        day += DAY


def _spans(schedule: Schedule, day: date) -> Iterator[Span]:
    worked = works(schedule, day)
    if worked is None:
        return
    shorter = SHORTER if is_shortened(schedule, day) else timedelta()
    ends = datetime.combine(day, worked.ends) - shorter
    for begins, until in _halves(day, worked, ends):
        if begins < until:
            yield from _on_clocks(schedule.zone, begins, until)


def _halves(day: date, worked: WorkingDay, ends: datetime) -> list[Span]:
    """Before and after lunch, as the clock on the wall shows it; lunch never makes a day longer."""
    begins = datetime.combine(day, worked.begins)
    if worked.lunch_begins is None or worked.lunch_ends is None:
        return [(begins, ends)]
    lunch = datetime.combine(day, worked.lunch_begins), datetime.combine(day, worked.lunch_ends)
    if lunch[1] <= lunch[0]:
        return [(begins, ends)]
    return [(begins, min(lunch[0], ends)), (max(lunch[1], begins), ends)]


def _on_clocks(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[Span]:
    """A stretch of the wall's clock as a stretch of time; none if the clocks skip it."""
    span = _first_shown(zone, begins), _first_shown(zone, ends)
    if span[0] < span[1]:
        yield span


def _days_between(schedule: Schedule, first: datetime, last: datetime) -> Iterator[date]:
    """The days of which something may be worked between two moments; none if the second is not later."""
    if last <= first:
        return
    day, end = _day(schedule, first), _day(schedule, last)
    while day <= end:
        yield day
        day += DAY


def _day(schedule: Schedule, now: datetime) -> date:
    """The day that has begun at a moment, although the clocks may have gone back to the day before."""
    day = now.astimezone(schedule.zone).date()
    return day + DAY if _first_shown(schedule.zone, datetime.combine(day + DAY, time())) <= now else day


def _first_shown(zone: ZoneInfo, wall: datetime) -> datetime:
    """The first moment at which the clocks of a zone show a time, or a later one if they skip it."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) <= wall:
        return moment
    # They are put forward over it: between the time by the offset after that and the one by that before.
    early, late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        shown = middle.astimezone(zone).replace(tzinfo=None)
        early, late = (early, middle) if shown >= wall else (middle, late)
    return late.replace(microsecond=0)
