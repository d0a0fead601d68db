"""By when an order is to be done: a day or so many working hours, moved by rule to when people work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.structure import CampaignDefined
from services.chassis.days import day_of, end_of, in_words
from services.chassis.errors import Invalid
from services.directory.regulation import HOUR
from services.directory.working_time import Schedule, UnknownYear, add, closes_at

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST_HOURS = 400


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as it is typed: a day as 2026-02-20, or working hours."""

    day: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """When it is due, and in words why that is not what was typed; nothing: it is."""

    at: datetime
    moved: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Within what deadlines lie: when people work, until when the campaign is answered, and now."""

    schedule: Schedule
    campaign: CampaignDefined
    now: datetime


def check_deadline(given: Deadline, frame: Frame) -> Due:
    """The end of work of a day, or of the hours. On a day off it moves to the next day of work, behind the
    campaign to its last one. Raises Invalid for what cannot be read, is past, or has no calendar."""
    try:
        return _of_hours(given.hours, frame) if given.hours.strip() else _of_day(given.day, frame)
    except UnknownYear as error:
        raise Invalid("deadline-year", field="deadline", year=str(error.year)) from error


def weekly(given: Deadline, times: int, frame: Frame) -> list[Due]:
    """The same every week. Raises Invalid if that goes on behind the campaign."""
    first = check_deadline(given, frame)
    found, last = [first], frame.campaign.close_until
    for nth in range(1, times):
        day = first.at.astimezone(frame.schedule.zone).date() + nth * WEEK
        if day > last:
            raise Invalid("order-times-late", field="times", most=nth, last=in_words(last))
        found.append(check_deadline(Deadline(day.isoformat()), frame))
    return found


def _of_day(given: str, frame: Frame) -> Due:
    day, today = day_of(given), frame.now.astimezone(frame.schedule.zone).date()
    if day is None:
        raise Invalid("deadline", field="deadline")
    if day < today:
        raise Invalid("deadline-past", field="deadline", first=in_words(today))
    if day > frame.campaign.close_until:
        return _last(frame)
    for each in _days(day, frame.campaign.close_until):
        ends = closes_at(frame.schedule, each)
        if ends and ends > frame.now:
            over = day == today and each != day and closes_at(frame.schedule, day) is not None
            why = "рабочий день уже закончился" if over else "выходной день"
            return Due(ends, "" if each == day else f"{in_words(day)} – {why}")
    return _last(frame)


def _of_hours(given: str, frame: Frame) -> Due:
    typed = given.strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 3 and 1 <= int(typed) <= MOST_HOURS):
        raise Invalid("deadline-hours", field="hours", most=MOST_HOURS)
    at, last = add(frame.schedule, frame.now, int(typed) * HOUR), _last(frame)
    return last if at > last.at else Due(at)


def _last(frame: Frame) -> Due:
    """The last moment at which people work before the campaign closes; its end, if they work no more."""
    last, today = frame.campaign.close_until, frame.now.astimezone(frame.schedule.zone).date()
    why = f"марафон завершается {in_words(last)}"
    for each in reversed(list(_days(today, last))):
        if (ends := closes_at(frame.schedule, each)) and ends > frame.now:
            return Due(ends, why)
    return Due(end_of(last, frame.schedule.zone), why)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
