"""Hours of a week: as people write and read them, and whether somebody answers now. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from itertools import groupby

from contracts.appointments import WorkingDay
from services.chassis.errors import Checks, Invalid
from services.chassis.text import one_line
from services.directory.calendar import Calendars
from services.directory.working_time import Schedule, UnknownYear, is_open, opens_at

Week = Sequence[WorkingDay | None]

DAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
SHORT = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
ON_DAYS = (
    "в понедельник",
    "во вторник",
    "в среду",
    "в четверг",
    "в пятницу",
    "в субботу",
    "в воскресенье",
)
MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)

NUMBERS = {name: nth for nth, names in enumerate(zip(SHORT, DAYS, strict=True)) for name in names}
WORKING = range(5)
EVERY = {
    "ежедневно": range(7),
    "каждый день": range(7),
    "по будням": WORKING,
    "будни": WORKING,
    "по рабочим дням": WORKING,
    "рабочие дни": WORKING,
}
"""Which days a word stands for, by their numbers from Monday."""

STRETCH = r"(?:с\s*)?(\d{1,2})(?:[:.](\d{2}))?\s*(?:[-–—]|до)\s*(\d{1,2})(?:[:.](\d{2}))?"
HOURS = re.compile(rf"{STRETCH}(?:[\s,;(]*(?:обед|перерыв):?\s*{STRETCH}\)?)?", re.IGNORECASE)

DAY = "|".join([*DAYS, *SHORT])
DAYS_SAID = rf"(?:{DAY})(?:(?:\s*[-–—]\s*|,\s*)(?:{DAY}))*|{'|'.join(EVERY)}"
SAID = re.compile(rf"(?:(?P<days>{DAYS_SAID})[\s:,]*)?(?P<hours>{HOURS.pattern})", re.IGNORECASE)
"""Some days and their hours, among others."""

TOMORROW, WEEK = 1, 7


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether somebody answers at a moment, and from when on; none where no calendar says so."""

    open_now: bool | None = None
    opens_at: datetime | None = None
    said: str = ""
    later: str = ""
    """The second half of what is said where it is closed: when it opens."""


def opening(week: Week, zone: str, calendars: Calendars, now: datetime) -> Opening:
    """Whether a week's hours, by the production calendar, are on."""
    schedule = Schedule.of(week, zone, calendars)
    if not any(week):
        return Opening()
    try:
        if is_open(schedule, now):
            return Opening(True, now.astimezone(schedule.zone), "сейчас открыто")
        opens = opens_at(schedule, now)
    except UnknownYear:
        return Opening()
    later = f"откроется {_when(opens, now.astimezone(schedule.zone))}"
    return Opening(False, opens, f"сейчас закрыто, {later}", later)


def _when(opens: datetime, now: datetime) -> str:
    days = (opens.date() - now.date()).days
    at = f"в {_clock(opens.time())}"
    if days <= TOMORROW:
        return f"{'завтра' if days else 'сегодня'} {at}"
    if days < WEEK:
        return f"{ON_DAYS[opens.weekday()]} {at}"
    return f"{opens.day} {MONTHS[opens.month - 1]} {at}"


def in_words(week: Week) -> str:
    """«пн–чт 9:00–18:00, обед 13:00–13:45; пт 9:00–16:45»; nothing for a week without work."""
    parts = []
    for written, run in groupby(range(len(SHORT)), lambda nth: written_day(week[nth])):
        days = list(run)
        if written:
            last = f"–{SHORT[days[-1]]}" if len(days) > 1 else ""
            parts.append(f"{SHORT[days[0]]}{last} {written}")
    return "; ".join(parts)


def spoken_week(written: str) -> Week | None:
    """The week that free words say: «пн–чт 9–18, обед 13–14; пт 9:00–16:45», «будни с 9 до 17»; hours without
    days are those of working days. None for whatever else people write."""
    text = one_line(written).lower().rstrip(".")
    week: list[WorkingDay | None] = [None] * 7
    said = list(SAID.finditer(text))
    if not said or SAID.sub("", text).strip(" ,;"):
        return None
    for nth, found in enumerate(said):
        days = _days(found["days"] or "")
        if days is None or (nth and not found["days"]):
            return None
        for number in days:
            try:
                week[number] = read_day(found["hours"], number)
            except Invalid:
                return None
    return week if any(week) else None


def _days(said: str) -> Sequence[int] | None:
    text = said.strip(" :")
    if not text:
        return WORKING
    if text in EVERY:
        return EVERY[text]
    days: list[int] = []
    for part in re.split(r",\s*", re.sub(r"\s*[-–—]\s*", "-", text)):
        ends = [NUMBERS.get(name) for name in part.split("-")]
        if None in ends or len(ends) > len(("from", "to")):
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        if first > last:
            return None
        days += range(first, last + 1)
    return days


def written_day(day: WorkingDay | None) -> str:
    """«9:00–18:00, обед 13:00–13:45», as `read_day` reads it; a day off is empty."""
    if day is None:
        return ""
    whole = f"{_clock(day.begins)}–{_clock(day.ends)}"
    if day.lunch_begins is None or day.lunch_ends is None:
        return whole
    return f"{whole}, обед {_clock(day.lunch_begins)}–{_clock(day.lunch_ends)}"


def read_week(written: Sequence[str]) -> list[WorkingDay | None]:
    """The hours of seven days as they are typed. Raises Invalid at each day that cannot be read, and for a
    week without work."""
    _check_seven(written)
    checks = Checks()
    week = [checks.take(partial(read_day, text, nth)) for nth, text in enumerate(written)]
    checks.settle()
    return check_week(week)


def read_day(written: str, nth: int) -> WorkingDay | None:
    """«9–18», «9:00–18:00, обед 13:00–13:45»; nothing is a day off. Raises Invalid."""
    text = one_line(written)
    if not text or text.lower() in ("выходной", "–", "-"):
        return None
    found = HOURS.fullmatch(text)
    if found is None:
        raise Invalid("hours-unreadable", field=_field(nth), day=DAYS[nth])
    try:
        return _checked(_day(*_times(found)), nth)
    except ValueError as error:
        raise Invalid("hours-unreadable", field=_field(nth), day=DAYS[nth]) from error


def check_week(week: Week) -> list[WorkingDay | None]:
    """Seven days, some of them worked, with hours that go forward. Raises Invalid."""
    _check_seven(week)
    checks = Checks()
    for nth, day in enumerate(week):
        checks.take(partial(_checked, day, nth))
    if not any(week):
        checks.note(Invalid("hours-none", field=_field(0)))
    checks.settle()
    return list(week)


def _check_seven(days: Sequence[object]) -> None:
    if len(days) != len(DAYS):
        raise Invalid("hours-days", field=_field(0))


def _checked(day: WorkingDay | None, nth: int) -> WorkingDay | None:
    if day is None:
        return None
    lunch = (day.lunch_begins, day.lunch_ends)
    if any(each is not None and each.tzinfo for each in (day.begins, day.ends, *lunch)):
        raise Invalid("hours-unreadable", field=_field(nth), day=DAYS[nth])
    if day.begins >= day.ends:
        raise Invalid("hours-backward", field=_field(nth), day=DAYS[nth])
    if lunch != (None, None) and not _is_within(day):
        raise Invalid("lunch-outside", field=_field(nth), day=DAYS[nth])
    return day


def _is_within(day: WorkingDay) -> bool:
    begins, ends = day.lunch_begins, day.lunch_ends
    return begins is not None and ends is not None and day.begins <= begins < ends <= day.ends


def _times(found: re.Match[str]) -> list[time]:
    hours = [each for each in zip(found.groups()[::2], found.groups()[1::2], strict=True) if each[0]]
    return [time(int(hour), int(minute or 0)) for hour, minute in hours]


def _day(
    begins: time, ends: time, lunch_begins: time | None = None, lunch_ends: time | None = None
) -> WorkingDay:
    return WorkingDay(begins=begins, ends=ends, lunch_begins=lunch_begins, lunch_ends=lunch_ends)


def _field(nth: int) -> str:
    return f"day_{nth + 1}"


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
