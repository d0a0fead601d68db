"""How much working time is left, in words, and who holds something, as every service says it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from contracts.appointments import WorkingGroupDefined
from services.chassis.text import plural
from services.chassis.web.pages import moment as spoken
from services.directory import working_time
from services.directory.region import Picture
from services.directory.working_time import Schedule, UnknownYear


@dataclass(frozen=True, slots=True)
class Told:
    """A clock in words, and which colour stands beside them: good, wait, bad or quiet."""

    words: str
    kind: str
    due: str = ""


def clock(schedule: Schedule, due_at: datetime, now: datetime, *, warned: bool) -> Told:
    """How much working time is left until a moment, or since when it is over, by the hours it began
    under; `warned`: three quarters of it have passed."""
    due = spoken(due_at, str(schedule.zone))
    try:
        if now >= due_at:
            over = max(working_time.between(schedule, due_at, now), 1)
            return Told(f"просрочено на {duration(over)}", "bad", due)
        left = working_time.between(schedule, now, due_at)
    except UnknownYear:
        return Told("срок неизвестен: нет календаря", "wait", due)
    return Told(f"осталось {duration(left)}", "wait" if warned else "good", due)


def duration(minutes: int) -> str:
    """Working time as people say it: «1 ч 20 мин», «3 рабочих дня»."""
    hours, rest = divmod(minutes, 60)
    if hours >= 16:
        days = hours // 8
        return f"{days} {plural(days, ['рабочий день', 'рабочих дня', 'рабочих дней'])}"
    parts = [f"{hours} ч" if hours else "", f"{rest} мин" if rest or not hours else ""]
    return " ".join(filter(None, parts))


def group_name(picture: Picture, group: WorkingGroupDefined) -> str:
    """A working group in words: events carry no names, but what it covers."""
    if group.covers_all:
        return "Рабочая группа по всем направлениям"
    directions = {term.code: term.name for term in picture.campaign(group.campaign).directions}
    names = [directions[code] for code in group.directions if code in directions]
    return f"Рабочая группа: {', '.join(names)}" if names else "Рабочая группа без направлений"
