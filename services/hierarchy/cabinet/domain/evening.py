"""What a letter at the end of a working day says: what is still open, nothing of it twice. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from services.directory.working_time import Schedule, UnknownYear, closes_at
from services.hierarchy.core.domain.waiting import Line

WITHIN = timedelta(hours=2)
"""How long after the end of the day it is still written: later it would be a letter of the night."""

Said = Mapping[str, int]
"""Line → how many there were of it."""


def ends_now(schedule: Schedule, day: date, now: datetime) -> bool:
    """Whether people have stopped working on this day a moment ago; never where the calendar is not known."""
    try:
        closes = closes_at(schedule, day)
    except UnknownYear:
        return False
    return closes is not None and closes <= now < closes + WITHIN


def unsaid(lines: Iterable[Line], said: Said) -> list[Line]:
    """Those of one's own that were not said before, or of which there are more now."""
    return [line for line in lines if line.own and _count(line) > said.get(_key(line), 0)]


def all_of(lines: Iterable[Line]) -> dict[str, int]:
    """What is said once these lines were: what is done is forgotten, and is new if it comes back."""
    return {_key(line): _count(line) for line in lines if line.own}


def _key(line: Line) -> str:
    return f"{line.kind} {line.href}"


def _count(line: Line) -> int:
    return 1 if line.n is None else line.n
