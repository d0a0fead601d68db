"""What the regulation means by an example: asked then, answered by then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from contracts.appointments import Step
from services.directory.working_time import FRIDAY, Schedule, UnknownYear, add, works

DAY, YEAR = timedelta(days=1), 366
LATE, EARLIER = time(16, 50), time(15, 30)
"""When is asked: at the end of a Friday, and before a holiday."""


@dataclass(frozen=True, slots=True)
class Example:
    """When something is asked, and by when each step is due."""

    asked: datetime
    due: Mapping[Step, datetime]


def examples(schedule: Schedule, minutes: Mapping[Step, int], day: date) -> list[Example]:
    """Asked at the end of the next Friday, and on the last day before the next holiday: those of them whose
    answers fall into years with a calendar."""
    asked = [_friday(day), _eve(schedule, day)]
    found = (_example(schedule, minutes, each) for each in dict.fromkeys(asked) if each)
    return sorted((each for each in found if each), key=lambda each: each.asked)


def _example(schedule: Schedule, minutes: Mapping[Step, int], asked: datetime) -> Example | None:
    moment = asked.replace(tzinfo=schedule.zone)
    try:
        return Example(moment, {step: add(schedule, moment, each) for step, each in minutes.items()})
    except UnknownYear:
        return None


def _friday(day: date) -> datetime:
    return datetime.combine(day + (FRIDAY - day.weekday()) % 7 * DAY, LATE)


def _eve(schedule: Schedule, today: date) -> datetime | None:
    """The last working day before the next weekday that is off."""
    worked = None
    for day in (today + n * DAY for n in range(YEAR)):
        if day.year not in schedule.calendars:
            return None
        if works(schedule, day):
            worked = day
        elif worked and day in schedule.calendars[day.year].days_off:
            return datetime.combine(worked, EARLIER)
    return None
