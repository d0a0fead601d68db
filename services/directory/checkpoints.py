"""Which days of interim results count: alike for who freezes their results and who shows them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from contracts.structure import CampaignDefined
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


def of_campaign(versions: Iterable[Schedule], campaign: CampaignDefined) -> list[Schedule]:
    """The versions without what is no day of a campaign."""
    first, last = campaign.prepare_from, campaign.close_until
    return [Schedule(v.set_at, frozenset(day for day in v.days if first <= day <= last)) for v in versions]


def counting(own: Sequence[Schedule], recommended: Sequence[Schedule], zone: ZoneInfo) -> dict[date, bool]:
    """The days that count by these schedules, and whether each is the SMO's."""
    every = {day for each in (*own, *recommended) for day in each.days}
    found = {day: _whose(day, own, recommended, zone) for day in every}
    return {day: is_smos for day, is_smos in found.items() if is_smos is not None}


def counting_for(
    members: Sequence[Member], by_smo: Mapping[str, Mapping[date, bool]], zone: ZoneInfo
) -> dict[date, bool]:
    """The days that count for a municipality: each by what counts with the SMO that was its own when the day
    ended."""
    return {
        day: is_smos
        for smo in {member.smo for member in members}
        for day, is_smos in by_smo.get(smo, {}).items()
        if smo_at(members, ended_at(day, zone)) == smo
    }


def counts(
    day: date,
    own: Sequence[Schedule],
    of_smos: Mapping[str, Sequence[Schedule]],
    members: Sequence[Member],
    zone: ZoneInfo,
) -> bool:
    """Whether one day is among those that count for a municipality."""
    smo = smo_at(members, ended_at(day, zone))
    return smo is not None and _whose(day, own, of_smos.get(smo, ()), zone) is not None


def _whose(
    day: date, own: Sequence[Schedule], recommended: Sequence[Schedule], zone: ZoneInfo
) -> bool | None:
    """Whether a day that counts is the SMO's; None: it does not count. In force at its end is the
    municipality's own schedule or, while it has no days of its own, the SMO's."""
    by_itself = in_force(own, end := ended_at(day, zone))
    has_own = by_itself is not None and bool(by_itself.days)
    chosen = by_itself if has_own else in_force(recommended, end)
    return not has_own if chosen is not None and day in chosen.days else None
