"""Which days of a municipality's schedule count, and when each of them ends. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from services.chassis.days import end_of


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days at whose end results are frozen, as somebody set them at a moment."""

    set_at: datetime
    days: frozenset[date]


@dataclass(frozen=True, slots=True)
class Member:
    """The SMO of a municipality (empty: none), and since when; None: it never was otherwise."""

    smo: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A day of a municipality that counts: when it ends, and whether it is the SMO's and not its own."""

    campaign: str
    municipality: str
    day: date
    ended_at: datetime
    recommended: bool


@cache
def ended_at(day: date, zone: ZoneInfo) -> datetime:
    """When a day is over, in UTC."""
    return end_of(day, zone).astimezone(UTC)


def in_force(versions: Sequence[Schedule], before: datetime) -> Schedule | None:
    """The last of the versions, in their order, that was set before a moment."""
    return next((each for each in reversed(versions) if each.set_at < before), None)


def smo_at(members: Sequence[Member], end: datetime) -> str | None:
    """Of which SMO a municipality was when a day ended; None: it was not there yet."""
    known = (each.smo for each in reversed(members) if each.since is None or each.since < end)
    return next(known, None)


def counting(own: Sequence[Schedule], recommended: Sequence[Schedule], zone: ZoneInfo) -> dict[date, bool]:
    """The days that count, and whether each is the SMO's. In force at a day's end is the municipality's own
    schedule or, while it has no days of its own, the SMO's."""
    found = {}
    for day in {day for each in (*own, *recommended) for day in each.days}:
        end = ended_at(day, zone)
        by_itself = in_force(own, end)
        has_own = by_itself is not None and bool(by_itself.days)
        chosen = by_itself if has_own else in_force(recommended, end)
        if chosen is not None and day in chosen.days:
            found[day] = not has_own
    return found
