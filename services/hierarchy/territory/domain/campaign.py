"""A campaign (марафон) as its file describes it: days, directions, classifiers, consent, limits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    model_validator,
)
from pydantic_core import PydanticCustomError

from contracts import structure
from contracts.event import Slug
from contracts.structure import CampaignDefined, LifeRules, PlanRules
from services.chassis.days import day_of, in_words
from services.chassis.errors import Checks, Conflict, Invalid
from services.chassis.text import OneLine, SeveralLines, several_lines
from services.hierarchy.core.domain import marked

DAYS = ("prepare_from", "first_day", "last_day", "close_until")
"""The four days in the order in which they must come."""

LONGEST_TEXT = 100_000

WORKING_DAYS = "working-days"
"""What is expected by a day goes by the working days of the production calendar."""


def _iso_day(value: object) -> date:
    if (day := day_of(str(value))) is None:
        raise PydanticCustomError("day", "A day is written as 2026-02-14")
    return day


Day = Annotated[date, BeforeValidator(_iso_day)]


class FilePart(BaseModel):
    """A part of the file: a field it does not know is a mistake of the writer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Term(FilePart):
    """A code and the Russian name that people see."""

    code: Slug
    name: OneLine


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("time_zone", "«{name}» is no IANA time zone", {"name": name})
    return name


def _unique(terms: Sequence[Any]) -> Sequence[Any]:
    codes = [term.code for term in terms]
    for nth, code in enumerate(codes):
        if code in codes[:nth]:
            facts = {"code": code, "at": (nth, "code")}
            raise PydanticCustomError("repeated", "The code {code} is used twice", facts)
    return terms


Terms = Annotated[tuple[Term, ...], Field(min_length=1), AfterValidator(_unique)]


class Classifier(FilePart):
    """A classifier of initiators («характер»): what it describes and which values it has."""

    code: Slug
    name: OneLine
    of: Literal["participant", "initiative"]
    values: Terms


class Definitions(FilePart):
    """What the two counters mean, a sentence each."""

    registered: SeveralLines
    submitted: SeveralLines


class Consent(FilePart):
    """What a participant agrees to, by version."""

    version: OneLine
    text: SeveralLines


class Limits(FilePart):
    """How long an initiative's title and text may be, in characters."""

    title: int = Field(ge=1, le=1000)
    text: int = Field(ge=1, le=LONGEST_TEXT)


class Plan(FilePart):
    """How a campaign plans: what is proposed as a target, how the way to it goes, whether to warn."""

    registered_percent: int = Field(20, ge=1, le=100)
    submitted_per_registered: float = Field(0.5, ge=0.01, le=100, allow_inf_nan=False)
    pace: Slug = WORKING_DAYS
    warnings: bool = True


class Life(FilePart):
    """How its initiatives are decided on: who accepts, who puts forward, for what one is declined, whose
    texts are open."""

    acceptance: Literal["at-once", "by-group"] = "at-once"
    put_forward_by: Literal["coordination", "group"] = "coordination"
    texts: Literal["staff", "determined", "accepted"] = "staff"
    reasons: Terms | None = None


class Campaign(FilePart):
    """Everything about a campaign but whether it is open. Days are the region's own. Without a plan or
    a life it keeps the one that it has, or takes the usual one."""

    id: Slug
    name: OneLine
    prepare_from: Day
    first_day: Day
    last_day: Day
    close_until: Day
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    demonstration: bool
    figures: Literal["public", "staff"]
    directions: Terms
    classifiers: Annotated[tuple[Classifier, ...], Field(min_length=1), AfterValidator(_unique)]
    definitions: Definitions
    consent: Consent
    limits: Limits
    plan: Plan | None = None
    life: Life | None = None

    @model_validator(mode="after")
    def _days_in_order(self) -> "Campaign":
        for earlier, later in pairwise(DAYS):
            if getattr(self, earlier) > getattr(self, later):
                facts = {"earlier": earlier, "later": later, "at": (later,)}
                raise PydanticCustomError("days", "{later} is before {earlier}", facts)
        return self

    def defined(self, version: int, is_open: bool, before: CampaignDefined | None = None) -> CampaignDefined:
        """The event of this state; rules that it does not name stay as they were before."""
        settings = self.model_dump(exclude={"plan", "life"})
        plan = PlanRules(**self.plan.model_dump()) if self.plan else before and before.plan
        life = LifeRules(**self.life.model_dump(exclude_none=True)) if self.life else before and before.life
        rules = {"plan": plan or PlanRules(), "life": life or LifeRules()}
        return CampaignDefined(**settings, **rules, version=version, open=is_open)


FILE = TypeAdapter(Campaign)


def parse(document: marked.Document) -> Campaign:
    """The campaign of a file. Raises BadFile with everything wrong."""
    return marked.read(document, FILE)


def check_seen(campaign: CampaignDefined, version: int) -> None:
    """Raises Conflict for a campaign that is closed, or that was changed after this version was seen."""
    if not campaign.open:
        raise Conflict("campaign-closed", name=campaign.name)
    if campaign.version != version:
        raise Conflict("campaign-changed")


def check_pace(wanted: Campaign, known: Mapping[str, CampaignDefined]) -> None:
    """The way to the targets goes by working days, or as in a campaign of the region that is over. Raises
    Invalid."""
    if wanted.plan is None or wanted.plan.pace == WORKING_DAYS:
        return
    if wanted.plan.pace not in {campaign.id for campaign in past(known.values(), wanted.id)}:
        raise Invalid("plan-pace", field="pace")


def past(known: Iterable[CampaignDefined], id_: str) -> list[CampaignDefined]:
    """The campaigns that are over, by whose shape another one (of this id) may go."""
    return [campaign for campaign in known if not campaign.open and campaign.id != id_]


def check_kept(before: CampaignDefined, wanted: Campaign, day: date) -> None:
    """A consent that a participant gave stays readable: another text is another version. From the first day
    on it stays the first day, and classifiers, directions, reasons stay: codes are added and renamed,
    none goes. Raises Conflict with everything wrong."""
    checks = Checks()
    checks.take(lambda: _check_consent(before, wanted))
    if day >= before.first_day:
        checks.take(lambda: _check_begun(before, wanted))
        checks.take(lambda: _check_directions(before, wanted))
        checks.take(lambda: _check_reasons(before, wanted))
        values = {classifier.code: classifier.values for classifier in wanted.classifiers}
        for classifier in before.classifiers:
            checks.take(partial(_check_values, classifier, values.get(classifier.code, ())))
    checks.settle()


def _check_consent(before: CampaignDefined, wanted: Campaign) -> None:
    given, version = several_lines(before.consent.text), before.consent.version
    if wanted.consent.version == version and wanted.consent.text != given:
        raise Conflict("consent-version-same", field="consent_version", version=version)


def _check_begun(before: CampaignDefined, wanted: Campaign) -> None:
    if wanted.first_day != before.first_day:
        raise Conflict("campaign-has-begun", field="first_day", day=in_words(before.first_day))


def _check_directions(before: CampaignDefined, wanted: Campaign) -> None:
    if gone := _gone(before.directions, wanted.directions):
        raise Conflict("campaign-terms-gone", field="directions", names=gone)


def _check_reasons(before: CampaignDefined, wanted: Campaign) -> None:
    if wanted.life is None or wanted.life.reasons is None:
        return
    if gone := _gone(before.life.reasons, wanted.life.reasons):
        raise Conflict("campaign-reasons-gone", field="reasons", names=gone)


def _check_values(before: structure.Classifier, wanted: Iterable[Term]) -> None:
    if gone := _gone(before.values, wanted):
        raise Conflict("campaign-values-gone", field=f"classifier:{before.code}", names=gone)


def _gone(before: Iterable[structure.Term], wanted: Iterable[Term]) -> str:
    kept = {term.code for term in wanted}
    return ", ".join(term.name for term in before if term.code not in kept)


def closed(campaign: CampaignDefined) -> CampaignDefined:
    """The same, open no more. Raises Conflict if it is closed."""
    if not campaign.open:
        raise Conflict("campaign-closed", name=campaign.name)
    return campaign.model_copy(update={"open": False, "version": campaign.version + 1})


def opened(campaign: Campaign, known: Mapping[str, CampaignDefined]) -> CampaignDefined | None:
    """The next state of this campaign, open; None if it is exactly that already.

    Raises Conflict if another one is open: there is at most one.
    """
    for other in known.values():
        if other.open and other.id != campaign.id:
            raise Conflict("campaign-already-open", id=other.id, name=other.name)
    before = known.get(campaign.id)
    if before is None:
        return campaign.defined(version=1, is_open=True)
    if before == campaign.defined(before.version, is_open=True, before=before):
        return None
    return campaign.defined(before.version + 1, is_open=True, before=before)
