"""How a meeting is planned: what somebody typed, and what may stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from contracts.structure import CampaignDefined
from services.chassis import text
from services.chassis.days import DaySlugs, check_day, today
from services.chassis.errors import Checks, Invalid
from services.hierarchy.meetings.domain.meetings import Format, Planned

LONGEST_TITLE, LONGEST_PLACE, LONGEST_LINK, LONGEST_REASON = 150, 200, 500, 1_000
SHORTEST, LONGEST = 15, 600
"""Minutes of a meeting."""

MOST_OF_SERIES = 30
WEEK = timedelta(days=7)
DAY: Final = DaySlugs("meeting-day", "meeting-day-past", "meeting-day-late")
UNTIL: Final = DaySlugs("series-until", "series-until-early", "meeting-day-late")


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody types of a meeting: the day as 2026-12-07, the hour as 10:00 by the region's clocks, its
    minutes; the agenda line by line; of whom it calls the responsible persons, everybody's if None."""

    title: str
    format: str
    day: str
    hour: str
    duration: str
    agenda: Sequence[str]
    place: str = ""
    link: str = ""
    municipalities: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Weekly:
    """Every week the same: so many times, or until a day; neither: once."""

    times: str = ""
    until: str = ""


ONCE = Weekly()


@dataclass(frozen=True, slots=True)
class Frame:
    """What every meeting lies within: its campaign, and when it is planned."""

    campaign: CampaignDefined
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """By which clocks."""
        return ZoneInfo(self.campaign.time_zone)

    @property
    def today(self) -> date:
        """The region's day."""
        return today(self.campaign.time_zone, self.now)


def check_planned(given: Typed, frame: Frame, kept: datetime | None = None) -> Planned:
    """What is told to those who are invited; `kept`: when it was to begin until now, which may have passed.

    Raises Invalid with everything wrong.
    """
    checks = Checks()
    title = checks.take(lambda: _line(given.title, LONGEST_TITLE, "meeting-title", "title"))
    format_ = checks.take(lambda: check_format(given.format))
    place = checks.take(lambda: check_place(given.place, format_))
    link = checks.take(lambda: check_link(given.link, format_))
    begins_at = checks.take(lambda: check_moment(given.day, given.hour, frame, kept))
    duration = checks.take(lambda: check_duration(given.duration))
    checks.settle()
    return Planned(title, format_, place, link, begins_at, duration)


def check_format(given: str) -> Format:
    """Raises Invalid."""
    try:
        return Format(given)
    except ValueError as error:
        raise Invalid("meeting-format", field="format") from error


def check_place(given: str, format_: Format | None) -> str:
    """Where people meet, unless they do by video alone. Raises Invalid."""
    place = text.one_line(given)
    if not place and format_ in (None, Format.VIDEO):
        return ""
    return text.check_length(place, LONGEST_PLACE, "meeting-place", "meeting-place-long", field="place")


def check_link(given: str, format_: Format | None) -> str:
    """Where people follow it, unless they come. Raises Invalid for whatever no browser should open."""
    link = text.one_line(given)
    if not link and format_ in (None, Format.IN_PERSON):
        return ""
    text.check_length(link, LONGEST_LINK, "meeting-link", "meeting-link-long", field="link")
    try:
        parts = urlsplit(link)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or " " in link or parts.username is not None:
        raise Invalid("meeting-link", field="link", limit=LONGEST_LINK)
    return link


def check_moment(day: str, hour: str, frame: Frame, kept: datetime | None = None) -> datetime:
    """A moment that is still to come, in the days of the campaign. Raises Invalid."""
    checks = Checks()
    earliest = min(frame.today, kept.astimezone(frame.zone).date()) if kept else frame.today
    on = checks.take(lambda: check_day(day, earliest, frame.campaign.close_until, DAY))
    at = checks.take(lambda: check_hour(hour))
    checks.settle()
    moment = datetime.combine(on, at, frame.zone)
    if moment <= frame.now and moment != kept:
        raise Invalid("meeting-hour-past", field="hour")
    return moment


def check_hour(given: str) -> time:
    """Raises Invalid for whatever is not hours and minutes."""
    try:
        hour = time.fromisoformat(given.strip().zfill(5))
    except ValueError as error:
        raise Invalid("meeting-hour", field="hour") from error
    if hour.tzinfo or hour.second or hour.microsecond:
        raise Invalid("meeting-hour", field="hour")
    return hour


def check_duration(given: str) -> int:
    """Minutes. Raises Invalid."""
    number = given.strip()
    if not (number.isascii() and number.isdecimal() and len(number) < 5):
        raise Invalid("meeting-duration", field="duration", least=SHORTEST, most=LONGEST)
    if not SHORTEST <= int(number) <= LONGEST:
        raise Invalid("meeting-duration", field="duration", least=SHORTEST, most=LONGEST)
    return int(number)


def check_weekly(given: Weekly, begins_at: datetime, frame: Frame) -> list[datetime]:
    """When each of a series begins: the same hour of the same weekday by the region's clocks.

    Raises Invalid for too many, and for a last one behind the campaign.
    """
    first = begins_at.astimezone(frame.zone)
    if given.until.strip():
        last = check_day(given.until, first.date(), frame.campaign.close_until, UNTIL, field="until")
        times = (last - first.date()).days // 7 + 1
    else:
        times = check_times(given.times)
    if times > MOST_OF_SERIES:
        raise Invalid("series-times", field="times", most=MOST_OF_SERIES)
    found = [first + n * WEEK for n in range(times)]
    check_day(found[-1].date().isoformat(), frame.today, frame.campaign.close_until, DAY, field="times")
    return found


def check_times(given: str) -> int:
    """How often; nothing is once. Raises Invalid."""
    number = given.strip() or "1"
    if not (number.isascii() and number.isdecimal() and len(number) < 4 and int(number)):
        raise Invalid("series-times", field="times", most=MOST_OF_SERIES)
    return int(number)


def check_shifted(given: Planned, before: Planned, later: Sequence[Planned], frame: Frame) -> list[Planned]:
    """What later ones of a series become when this one changes from `before` to `given`. Raises Invalid if
    one of them would lie behind the campaign."""
    found = [_shifted(given, before, each, frame) for each in later]
    if moved := [each.begins_at.astimezone(frame.zone).date() for each in found if each not in later]:
        # Those that stay where they are were let in when they were called.
        earliest = min(frame.today, *moved)
        check_day(max(moved).isoformat(), earliest, frame.campaign.close_until, DAY)
    return found


def _shifted(given: Planned, before: Planned, later: Planned, frame: Frame) -> Planned:
    """Only what differs between `before` and `given` is taken over, so what others have changed of a later
    one stays: as many days further, and another hour by the region's clocks if it is another."""
    to, was, own = (each.begins_at.astimezone(frame.zone) for each in (given, before, later))
    hour = (to if to.timetz() != was.timetz() else own).time()
    begins_at = datetime.combine(own.date() + (to.date() - was.date()), hour, frame.zone)
    names = [each.name for each in fields(given) if getattr(given, each.name) != getattr(before, each.name)]
    if "format" in names:
        # Where people meet belongs to how they do.
        names += ["place", "link"]
    taken = {name: getattr(given, name) for name in names}
    return replace(later, **taken | {"begins_at": begins_at})


def check_invited(asked: Iterable[str] | None, own: Sequence[str], reachable: Iterable[str]) -> list[str]:
    """The municipalities whose people are invited, in the order of the SMO's: all, or those asked for.

    Raises Invalid for none, for a foreign one, and for those without a responsible person and a Head.
    """
    there = set(reachable)
    if asked is None:
        wanted = [code for code in own if code in there]
    else:
        chosen = set(asked)
        if not chosen <= set(own):
            raise Invalid("meeting-foreign", field="municipalities")
        wanted = [code for code in own if code in chosen]
    if not wanted:
        raise Invalid("meeting-nobody", field="municipalities")
    if missing := [code for code in wanted if code not in there]:
        raise Invalid("meeting-unreachable", field="municipalities", codes=missing, count=len(missing))
    return wanted


def check_reason(given: str, slug: str = "meeting-reason") -> str:
    """Why something does not take place. Raises Invalid."""
    reason = text.several_lines(given)
    return text.check_length(reason, LONGEST_REASON, slug, slug, field="reason")


def _line(given: str, most: int, slug: str, name: str) -> str:
    return text.check_length(text.one_line(given), most, slug, slug, field=name)
