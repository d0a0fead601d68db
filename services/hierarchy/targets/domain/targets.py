"""Targets (целевые индикаторы): two numbers by version, in which days they are set, and what is refused."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from contracts.appointments import TargetScope, TargetSet
from contracts.structure import CampaignDefined
from services.chassis.days import DaySlugs, a_year_before, end_of, in_words, today
from services.chassis.errors import Checks, Conflict, Invalid, NotFound
from services.chassis.text import whole_number
from services.hierarchy.appointments.domain.appointments import Act, Paper, check_act, check_paper
from services.hierarchy.core.domain.forming import region_zone

LARGEST = 10_000_000
"""More than any municipality has people, or one campaign initiatives: a slip of the hand."""

BLANKS = re.compile(r"[\s\u00a0\u202f]+")

LETTER = Paper("letter-number", DaySlugs("letter-day", "letter-day-outside", "letter-day-outside"))


@dataclass(frozen=True, slots=True)
class Figures:
    """Both numbers, and whom they are about."""

    registered: int
    submitted: int
    scope: TargetScope = TargetScope.OWN


@dataclass(frozen=True, slots=True)
class Typed:
    """The same as somebody types them."""

    registered: str
    submitted: str
    scope: str


@dataclass(frozen=True, slots=True)
class TypedPaper:
    """Number and day of an act or a letter, as they are typed."""

    number: str
    day: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a municipality's targets, which never changes. `confirmed`: its paper is an act of the
    Head; else a letter, from which an operator of `smo` has entered it."""

    municipality: str
    campaign: str
    number: int
    figures: Figures
    paper: Act
    confirmed: bool
    smo: str | None
    entered_by: UUID
    on_behalf_of: UUID | None
    entered_at: datetime

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"target:{self.campaign}:{self.municipality}:{self.number}"

    def event(self) -> TargetSet:
        """The event of this version."""
        return TargetSet(
            version=1,
            campaign=self.campaign,
            municipality=self.municipality,
            number=self.number,
            registered=self.figures.registered,
            submitted=self.figures.submitted,
            scope=self.figures.scope,
            set_at=self.entered_at,
            confirmed=self.confirmed,
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """What waits for the Head, and since when."""

    registered: int
    submitted: int
    scope: TargetScope
    prepared_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What the responsible person has prepared; it waits for the Head."""

    municipality: str
    campaign: str
    figures: Figures
    prepared_by: UUID
    prepared_at: datetime

    def waiting(self) -> Prepared:
        """As others read it."""
        f = self.figures
        return Prepared(f.registered, f.submitted, f.scope, self.prepared_at)


def is_setting(campaign: CampaignDefined | None, now: datetime) -> bool:
    """Whether targets are set on this day."""
    if campaign is None or not campaign.open:
        return False
    return campaign.prepare_from <= today(campaign.time_zone, now) <= campaign.last_day


def check_setting(campaign: CampaignDefined | None, now: datetime) -> CampaignDefined:
    """The campaign, from its `prepare_from` to its `last_day` (rule 4). Raises NotFound, Conflict."""
    if campaign is None:
        raise NotFound("targets-without-campaign")
    if not is_setting(campaign, now):
        days = {"first": in_words(campaign.prepare_from), "last": in_words(campaign.last_day)}
        raise Conflict("targets-not-now", **days)
    return campaign


def due(campaign: CampaignDefined) -> datetime:
    """Until when they are set: the end of the last day, by the region's clocks."""
    return end_of(campaign.last_day, region_zone(campaign)).astimezone(UTC)


def check_figures(given: Typed, has_settlements: bool) -> Figures:
    """Both numbers and the scope. Raises Invalid with everything wrong."""
    checks = Checks()
    registered = checks.take(lambda: check_number(given.registered, "registered"))
    submitted = checks.take(lambda: check_number(given.submitted, "submitted"))
    scope = checks.take(lambda: check_scope(given.scope, has_settlements))
    checks.settle()
    return Figures(registered, submitted, scope)


def check_number(given: str, field: str) -> int:
    """A whole number from 1, also with spaces in it. Raises Invalid."""
    digits = BLANKS.sub("", given)
    if not (digits.isascii() and digits.isdecimal()):
        raise Invalid(f"target-{field}", field=field)
    # As text first: a number of thousands of digits takes long to be read.
    if len(significant := digits.lstrip("0")) > len(str(LARGEST)) or int(significant or 0) > LARGEST:
        raise Invalid("target-too-large", field=field, most=whole_number(LARGEST))
    if not significant:
        raise Invalid(f"target-{field}", field=field)
    return int(significant)


def check_scope(given: str, has_settlements: bool) -> TargetScope:
    """Whom the target is about; with settlements only where there are any. Raises Invalid."""
    try:
        scope = TargetScope(given)
    except ValueError as error:
        raise Invalid("target-scope", field="scope") from error
    if scope is TargetScope.WITH_SETTLEMENTS and not has_settlements:
        raise Invalid("target-without-settlements", field="scope")
    return scope


def check_signed(given: TypedPaper | None, by_letter: bool, campaign: CampaignDefined, now: datetime) -> Act:
    """The act of the Head, or the letter to the SMO, as it is stored. Raises Invalid with everything wrong,
    and for the paper of the other kind."""
    if given is None:
        slug, field = ("target-by-letter", "letter") if by_letter else ("target-by-act", "act")
        raise Invalid(slug, field=field)
    if not by_letter:
        return check_act(given.number, given.day, campaign, now)
    last = today(campaign.time_zone, now)
    return check_paper(LETTER, given.number, given.day, (_earliest(campaign, last), last))


def _earliest(campaign: CampaignDefined, last: date) -> date:
    return a_year_before(min(campaign.prepare_from, last))


def check_people(figures: Figures, people: int | None, sure: bool) -> None:
    """More than there are people is a question, not a mistake. Raises Conflict until it is answered."""
    largest = max(figures.registered, figures.submitted)
    if people and largest > people and not sure:
        facts = {"target": whole_number(largest), "people": whole_number(people)}
        raise Conflict("target-above-population", field="sure", **facts)


def check_draft(draft: Draft | None, figures: Figures, prepared_at: str | None) -> Draft | None:
    """What of the prepared goes on waiting for the Head who sets these figures: what was neither seen nor is
    the same.

    `prepared_at`: when what was seen had been prepared, empty for nothing; None: nobody says what was seen.
    Raises Conflict if something else was prepared meanwhile.
    """
    stands = draft.prepared_at.isoformat() if draft else ""
    if prepared_at not in (None, stands):
        raise Conflict("target-draft-changed", field="seen")
    seen = prepared_at is not None or (draft is not None and draft.figures == figures)
    return None if seen else draft


def check_unconfirmed(last: Version | None) -> None:
    """An SMO enters nothing over what the Head has set. Raises Conflict."""
    if last is not None and last.confirmed:
        raise Conflict("target-confirmed", number=last.paper.number, day=in_words(last.paper.day))
