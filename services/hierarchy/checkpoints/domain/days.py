"""The days at whose end interim results are frozen: single ones or a rule; those that have passed stay."""

import calendar
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.appointments import CheckpointsRecommended, CheckpointsScheduled
from contracts.structure import CampaignDefined
from services.chassis.days import in_words
from services.chassis.errors import Invalid
from services.chassis.text import shortened
from services.directory.calendar import days_between

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY = (
    *("каждый понедельник", "каждый вторник", "каждую среду", "каждый четверг"),
    *("каждую пятницу", "каждую субботу", "каждое воскресенье"),
)
"""A weekday in a rule's sentence."""

MOST = 400
"""Days that are read at all: more than any campaign has."""

SHOWN = 30
"""Characters of what cannot be read that a refusal repeats."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Days as somebody gives them: one by one (2026-12-04), or by a rule (`weekly:fri`, `monthly:1,15`);
    `field`: where they were given, to be blamed for what is wrong with them."""

    days: Sequence[str] = ()
    rule: str = ""
    field: str = "days"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A version of a municipality's own days, those that have passed too; `rule`: by which they were given,
    if by one."""

    municipality: str
    campaign: str
    number: int
    days: Sequence[date]
    before: Sequence[date]
    rule: str
    act_number: str
    act_day: date
    set_by: UUID
    on_behalf_of: UUID | None
    set_at: datetime

    def scheduled(self) -> CheckpointsScheduled:
        """The event of its state."""
        return CheckpointsScheduled(
            version=self.number,
            campaign=self.campaign,
            municipality=self.municipality,
            days=list(self.days),
            set_at=self.set_at,
        )


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A version of the days that an SMO recommends, those that have passed too."""

    smo: str
    campaign: str
    number: int
    days: Sequence[date]
    before: Sequence[date]
    rule: str
    set_by: UUID
    set_at: datetime

    def recommended(self) -> CheckpointsRecommended:
        """The event of its state."""
        return CheckpointsRecommended(
            version=self.number,
            campaign=self.campaign,
            smo=self.smo,
            days=list(self.days),
            set_at=self.set_at,
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for a municipality: days of its own, or else those that its SMO recommends."""

    own: Schedule | None = None
    recommended: Recommendation | None = None

    @property
    def days(self) -> Sequence[date]:
        """The days that apply."""
        chosen = self.own or self.recommended
        return chosen.days if chosen else ()

    @property
    def number(self) -> int:
        """Which version of its own days stands; 0: none."""
        return self.own.number if self.own else 0

    def is_recommended(self, day: date) -> bool:
        """Whether a day is the SMO's, and not the municipality's own."""
        return self.own is None and day in self.days

    def coming(self, today: date) -> list[date]:
        """The days whose end is still to come, today's too."""
        return [day for day in self.days if day >= today]


def check_wanted(
    given: Wanted, campaign: CampaignDefined, today: date, standing: Collection[date]
) -> list[date]:
    """The days after today that are wanted, in order. `standing`: what has passed of these is no mistake.
    Raises Invalid."""
    if bool(given.days) is bool(given.rule.strip()):
        raise Invalid("checkpoint-days-none", given.field)
    if given.days:
        wanted = _check_single(given, campaign, today, standing)
    else:
        wanted = expanded(given.rule, campaign.first_day, campaign.close_until, given.field)
    coming = sorted(day for day in wanted if day > today)
    if not coming:
        raise Invalid("checkpoint-days-over", given.field, last=in_words(campaign.close_until))
    return coming


def renewed(standing: Iterable[date], wanted: Iterable[date], today: date) -> list[date]:
    """All days from now on: those of before that have passed stay, and what is wanted comes after them."""
    passed = {day for day in standing if day <= today}
    return sorted(passed | {day for day in wanted if day > today})


def expanded(rule: str, first: date, last: date, field: str = "rule") -> list[date]:
    """The days of a rule, from the first day to the last, both with them. Raises Invalid for an unknown
    rule."""
    kind, _, given = rule.strip().partition(":")
    values = [value.strip() for value in given.split(",")]
    if len(set(values)) == len(values):
        if kind == "weekly" and set(values) <= set(WEEKDAYS):
            return [day for day in days_between(first, last) if WEEKDAYS[day.weekday()] in values]
        if kind == "monthly" and all(map(_is_day_of_month, values)):
            wanted = {int(value) for value in values}
            return [day for day in days_between(first, last) if day.day in _in_month(wanted, day)]
    raise Invalid("checkpoint-rule", field)


def rule_in_words(rule: str) -> str:
    """«каждую пятницу», «каждое 1-е и 15-е»; nothing for single days."""
    kind, _, given = rule.strip().partition(":")
    values = given.split(",")
    if kind == "weekly":
        return _listed([EVERY[WEEKDAYS.index(value.strip())] for value in values])
    if kind == "monthly":
        return f"каждое {_listed([f'{int(value)}-е' for value in values])}"
    return ""


def _check_single(
    given: Wanted, campaign: CampaignDefined, today: date, standing: Collection[date]
) -> list[date]:
    if len(given.days) > MOST:
        raise Invalid("checkpoint-days-many", given.field, limit=MOST)
    found: list[date] = []
    for typed in given.days:
        day = _check_one(typed, campaign, given.field)
        if day in found:
            raise Invalid("checkpoint-day-twice", given.field, day=in_words(day))
        if day <= today and day not in standing:
            raise Invalid("checkpoint-day-passed", given.field, day=in_words(day))
        found.append(day)
    return found


def _check_one(typed: str, campaign: CampaignDefined, field: str) -> date:
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise Invalid("checkpoint-day", field, day=shortened(typed, SHOWN)) from error
    if not campaign.first_day <= day <= campaign.close_until:
        days = {"first": in_words(campaign.first_day), "last": in_words(campaign.close_until)}
        raise Invalid("checkpoint-day-outside", field, day=in_words(day), **days)
    return day


def _in_month(wanted: Collection[int], day: date) -> set[int]:
    """The wanted days as a month has them: one that it lacks falls on its last."""
    longest = calendar.monthrange(day.year, day.month)[1]
    return {min(each, longest) for each in wanted}


def _is_day_of_month(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= 2 and 1 <= int(value) <= 31


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} и {last}" if first else last
