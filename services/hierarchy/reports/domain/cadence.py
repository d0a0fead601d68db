"""The cadence of summaries: on which weekday by when they are due, about which days. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.appointments import Level
from contracts.structure import CampaignDefined
from services.chassis.days import DaySlugs, check_day, in_words
from services.chassis.errors import Checks, Invalid
from services.directory.working_time import Schedule, UnknownYear, closes_at
from services.hierarchy.appointments.domain.appointments import Act

DAY, WEEK = timedelta(days=1), timedelta(days=7)

WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
EVERY = (
    "каждый понедельник",
    "каждый вторник",
    "каждую среду",
    "каждый четверг",
    "каждую пятницу",
    "каждую субботу",
    "каждое воскресенье",
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every week on this day (0: Monday), by this time."""

    weekday: int
    at: time

    @property
    def words(self) -> str:
        """«каждую пятницу до 16:00»."""
        return f"{EVERY[self.weekday]} до {self.at:%H:%M}"


FROM = DaySlugs("cadence-from", "cadence-from-early", "cadence-from-late")

DEFAULTS = {Level.COORDINATOR: Rhythm(4, time(16)), Level.GROUP: Rhythm(0, time(12))}
"""By when, until somebody sets it otherwise."""


@dataclass(frozen=True, slots=True)
class Version:
    """A rhythm as it was set: by the Head's act for the whole municipality, or by a leader for the group's
    own coordinators. It is for the weeks that begin on `from_day` or later."""

    municipality: str
    number: int
    working_group: UUID | None
    level: Level
    from_day: date
    rhythm: Rhythm
    act: Act | None
    set_by: UUID
    on_behalf_of: UUID | None
    set_at: datetime

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"report-cadence:{self.municipality}:{self.number}"


def rhythm_of(known: Iterable[Version], level: Level, group: UUID | None, week: date) -> Rhythm:
    """What is in force in the week of a Monday: of all that reach the group, what was set last."""
    reaching = [
        each
        for each in known
        if each.level is level and each.working_group in (None, group) and each.from_day <= week
    ]
    return max(reaching, key=lambda each: each.number).rhythm if reaching else DEFAULTS[level]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days that a summary is about, and the day on which it is due before days off move it; `week`:
    that day's Monday, by which the summaries of all are put together."""

    week: date
    first: date
    last: date
    day: date

    @property
    def words(self) -> str:
        """«14 февраля 2026 года – 19 февраля 2026 года»."""
        return f"{in_words(self.first)} – {in_words(self.last)}"


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def periods(campaign: CampaignDefined, weekday_of: Callable[[date], int]) -> Iterator[Period]:
    """Every period of a campaign: they follow each other without a gap, from its first day to its last."""
    first, week = campaign.first_day, monday(campaign.first_day)
    while first <= campaign.last_day:
        day = week + timedelta(days=weekday_of(week))
        if day > first:
            last = min(day - DAY, campaign.last_day)
            yield Period(week, first, last, day)
            first = last + DAY
        week += WEEK


@dataclass(frozen=True, slots=True)
class Due:
    """By when, and in words why not when the rhythm says."""

    at: datetime
    moved: str = ""


def due(day: date, at: time, schedule: Schedule, close_until: date) -> Due:
    """The time of a day, or the end of its work if that is earlier; of a day off the next day of work, at
    last the campaign's. Without a calendar of the year nothing is moved."""
    usual = datetime.combine(day, at, schedule.zone)
    try:
        for each in _days(day, close_until):
            if (ends := closes_at(schedule, each)) is None:
                continue
            wanted = datetime.combine(each, at, schedule.zone)
            why = f"{in_words(day)} – выходной день" if each != day else ""
            if ends < wanted:
                why = why or f"{in_words(day)} работают до {ends:%H:%M}"
            return Due(min(wanted, ends), why)
        return Due(_last(schedule, close_until), f"марафон завершается {in_words(close_until)}")
    except UnknownYear:
        return Due(usual)


def due_of_group(after: Due, day: date, rhythm: Rhythm, schedule: Schedule, close_until: date) -> Due:
    """A group's turn comes behind its coordinators': on its next weekday behind theirs, and never before they
    are due."""
    ahead = (rhythm.weekday - day.weekday() - 1) % 7 + 1
    found = due(day + timedelta(days=ahead), rhythm.at, schedule, close_until)
    if found.at > after.at:
        return found
    later = due(after.at.date() + DAY, rhythm.at, schedule, close_until)
    return Due(max(later.at, after.at), "сводки координаторов перенесены из-за выходных")


def opens_at(period: Period, zone: ZoneInfo) -> datetime:
    """When the period is over, and its summaries are prepared."""
    return datetime.combine(period.last + DAY, time(), zone)


def _last(schedule: Schedule, close_until: date) -> datetime:
    for back in range(14):
        if ends := closes_at(schedule, close_until - timedelta(days=back)):
            return ends
    return datetime.combine(close_until, time(12), schedule.zone)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def check_rhythm(weekday: str, at: str) -> Rhythm:
    """As it is typed: a weekday from 0 and a time as 16:00. Raises Invalid with everything wrong."""
    checks = Checks()
    chosen = checks.take(lambda: _weekday(weekday))
    wanted = checks.take(lambda: _time(at))
    checks.settle()
    return Rhythm(chosen, wanted)


def _weekday(given: str) -> int:
    if given not in map(str, range(len(WEEKDAYS))):
        raise Invalid("cadence-weekday", field="weekday")
    return int(given)


def _time(given: str) -> time:
    try:
        return time.fromisoformat(given.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise Invalid("cadence-time", field="at") from error


def check_from(given: str, today: date, campaign: CampaignDefined) -> date:
    """From which day on, not before today: what is due already stays. Raises Invalid."""
    return check_day(given, today, campaign.close_until, FROM, field="from_day")
