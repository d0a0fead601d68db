"""The regulation as somebody types it, and what is refused of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import partial

from contracts.appointments import Step, WorkingDay
from services.chassis.days import LATEST, DaySlugs, check_day
from services.chassis.errors import Checks, Invalid
from services.directory.regulation import HOUR, WORKING_DAY
from services.hierarchy.regulation.domain.versions import STEPS, WEEKDAYS, Week

MOST_DAYS = 30
MOST = MOST_DAYS * WORKING_DAY
"""Minutes: what is promised later than in thirty working days is no promise."""

FIELDS = ("begins", "ends", "lunch_begins", "lunch_ends")
"""What a day of the week is typed into."""

NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?")
TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::00)?")
DAY = DaySlugs("regulation-day", "regulation-day-passed", "regulation-day-far")


@dataclass(frozen=True, slots=True)
class TypedDay:
    """When a day is worked, as it is typed; nothing in all of them: it is not."""

    begins: str = ""
    ends: str = ""
    lunch_begins: str = ""
    lunch_ends: str = ""


@dataclass(frozen=True, slots=True)
class TypedAct:
    """Number and day of the Head's act."""

    number: str
    day: str


def check_hours(given: Mapping[str, str]) -> dict[str, int]:
    """Step → minutes, of the steps that are given. Raises Invalid with everything wrong, each at its step."""
    checks, known = Checks(), {step.value for step in Step}
    if not given.keys() <= known:
        checks.note(Invalid("regulation-step", "hours"))
    minutes = {step: checks.take(partial(check_step, given[step], step)) for step in given if step in known}
    checks.settle()
    return minutes


def check_step(given: str, field: str) -> int:
    """Hours as whole minutes, more than none and at most thirty working days. Raises Invalid."""
    if not NUMBER.fullmatch(given.strip()):
        raise Invalid("regulation-hours", field, step=STEPS[Step(field)])
    minutes = Decimal(given.strip().replace(",", ".")) * HOUR
    if not minutes or minutes % 1:
        raise Invalid("regulation-hours", field, step=STEPS[Step(field)])
    if minutes > MOST:
        raise Invalid(
            "regulation-hours-many", field, step=STEPS[Step(field)], days=MOST_DAYS, hours=MOST // HOUR
        )
    return int(minutes)


def check_week(given: Sequence[TypedDay | None]) -> Week:
    """Seven days from Monday, one of them worked at least. Raises Invalid with everything wrong, each at its
    day's field."""
    if len(given) != len(WEEKDAYS):
        raise Invalid("regulation-week", "week")
    checks = Checks()
    week = tuple(
        checks.take(partial(check_day_of_week, name, typed))
        for name, typed in zip(WEEKDAYS, given, strict=True)
    )
    checks.settle()
    if not any(week):
        raise Invalid("regulation-week-empty", "mon-begins")
    return week


def check_day_of_week(name: str, typed: TypedDay | None) -> WorkingDay | None:
    """A day of the week: none if nothing is typed. Raises Invalid."""
    if typed is None or typed == TypedDay():
        return None
    begins, ends, *lunch = (_time(name, field, getattr(typed, field)) for field in FIELDS)
    if begins is None or ends is None:
        field = "begins" if begins is None else "ends"
        raise Invalid("regulation-day-half", f"{name}-{field}", weekday=WEEKDAYS[name])
    if ends <= begins:
        raise Invalid("regulation-day-ends", f"{name}-ends", weekday=WEEKDAYS[name])
    if lunch == [None, None]:
        return WorkingDay(begins=begins, ends=ends)
    return _with_lunch(name, WorkingDay(begins=begins, ends=ends, lunch_begins=lunch[0], lunch_ends=lunch[1]))


def check_from(given: str, today: date, years: Mapping[int, object]) -> date:
    """From which day it is in force: today at the earliest, in a year that has a calendar. Raises
    Invalid."""
    day = check_day(given, today, LATEST, DAY, "from_day")
    if day.year not in years:
        raise Invalid("regulation-year", "from_day", year=str(day.year))
    return day


def _with_lunch(name: str, day: WorkingDay) -> WorkingDay:
    lunch = day.lunch_begins, day.lunch_ends
    if lunch[0] is None or lunch[1] is None:
        raise Invalid("regulation-lunch-half", f"{name}-lunch_begins", weekday=WEEKDAYS[name])
    whole = lunch == (day.begins, day.ends)
    if whole or not day.begins <= lunch[0] < lunch[1] <= day.ends:
        raise Invalid("regulation-lunch", f"{name}-lunch_begins", weekday=WEEKDAYS[name])
    return day


def _time(name: str, field: str, given: str) -> time | None:
    if not given.strip():
        return None
    if not (found := TIME.fullmatch(given.strip())):
        raise Invalid("regulation-time", f"{name}-{field}", weekday=WEEKDAYS[name])
    return time(int(found[1]), int(found[2]))
