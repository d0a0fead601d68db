"""Topic dialogue.structure.v1: campaign, SMO, municipalities, organizations. Owned by hierarchy."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.event import Event, MunicipalityCode, Part, Slug


class StructureEvent(Event):
    """What the region consists of: the dictionaries that give every code its name."""

    topic: ClassVar[str] = "dialogue.structure.v1"


class Term(Part):
    """A code and the Russian name that people see."""

    code: Slug
    name: str = Field(min_length=1)


class Classifier(Part):
    """A classifier of initiators: what it describes and which values it has."""

    code: Slug
    name: str = Field(min_length=1)
    of: Literal["participant", "initiative"]
    values: list[Term] = Field(min_length=1)


class Consent(Part):
    """What a participant agrees to, by version."""

    version: str = Field(min_length=1)
    text: str = Field(min_length=1)


class TextLimits(Part):
    """How long an initiative's title and text may be, in characters."""

    title: int = Field(ge=1)
    text: int = Field(ge=1)


class CounterDefinitions(Part):
    """What the two counters mean, in a sentence each, for people."""

    registered: str = Field(min_length=1)
    submitted: str = Field(min_length=1)


class PlanRules(Part):
    """How a campaign plans: what is proposed as a target, how the way to it goes, whether to warn."""

    registered_percent: int = Field(20, ge=1, le=100, description="Proposed: of the audience registered.")
    submitted_per_registered: float = Field(
        0.5, gt=0, le=100, description="Proposed: initiatives for each registered."
    )
    pace: str = Field(
        "working-days",
        description="What is expected by a day: `working-days`, or by the shape of a past campaign, its id.",
    )
    warnings: bool = Field(True, description="Whether letters tell of the silent and of the slow.")


REASONS = {
    "not-ours": "Не относится к полномочиям муниципалитета",
    "done": "Уже сделано или делается",
    "unlawful": "Противоречит закону",
    "unclear": "Не удалось понять, что предлагается",
    "other": "Другая причина",
}
"""For what initiatives are declined, where a campaign does not say otherwise."""


class LifeRules(Part):
    """How a campaign's initiatives are decided on: who accepts and puts forward, for what one is declined,
    and which texts are open."""

    acceptance: Literal["at-once", "by-group"] = Field(
        "at-once", description="Whether a submitted one is accepted at once, or by its direction's group."
    )
    put_forward_by: Literal["coordination", "group"] = Field(
        "coordination", description="Level 1 alone, or level 2 too."
    )
    texts: Literal["staff", "determined", "accepted"] = Field(
        "staff",
        description="Which texts everybody may read: none; of those that were determined or put forward; of "
        "every accepted one too.",
    )
    reasons: list[Term] = Field(
        default_factory=lambda: [Term(code=code, name=name) for code, name in REASONS.items()],
        min_length=1,
        description="For what an initiative is declined; a text says more.",
    )


class CampaignDefined(StructureEvent):
    """A campaign was opened or its settings changed."""

    type: ClassVar[str] = "dialogue.campaign.defined.v1"

    id: Slug
    name: str = Field(min_length=1)
    prepare_from: date
    first_day: date
    last_day: date
    close_until: date
    time_zone: str = Field(description="The region's IANA zone.")
    demonstration: bool = False
    open: bool = Field(description="At most one campaign is open.")
    figures: Literal["public", "staff"] = "public"
    directions: list[Term] = Field(min_length=1)
    classifiers: list[Classifier]
    definitions: CounterDefinitions
    consent: Consent
    limits: TextLimits
    plan: PlanRules = PlanRules()
    life: LifeRules = LifeRules()

    @property
    def subject(self) -> str:
        return f"campaign:{self.id}"


class SmoDefined(StructureEvent):
    """A council of municipal formations (СМО) was named."""

    type: ClassVar[str] = "dialogue.smo.defined.v1"

    id: Slug
    name: str = Field(min_length=1)

    @property
    def subject(self) -> str:
        return f"smo:{self.id}"


class MunicipalityKind(StrEnum):
    """The tier and kind of a municipality, after ОКТМО."""

    MUNICIPAL_DISTRICT = "municipal_district"
    MUNICIPAL_OKRUG = "municipal_okrug"
    URBAN_OKRUG = "urban_okrug"
    INNER_CITY = "inner_city"
    URBAN_SETTLEMENT = "urban_settlement"
    RURAL_SETTLEMENT = "rural_settlement"


class MunicipalityDefined(StructureEvent):
    """A municipality was imported or changed."""

    type: ClassVar[str] = "dialogue.municipality.defined.v1"

    code: MunicipalityCode
    name: str = Field(min_length=1, description="Full name, «Гиагинское сельское поселение».")
    kind: MunicipalityKind
    parent: MunicipalityCode | None = Field(None, description="The district of a settlement.")
    smo: Slug | None = None
    oktmo_now: MunicipalityCode
    population: int | None = Field(None, ge=0)
    audience: int | None = Field(None, ge=0, description="Headcount of the budget sphere.")
    successor_of: list[MunicipalityCode] = Field(
        [], description="Transformed municipalities that it took over from; their figures stay theirs."
    )

    @property
    def subject(self) -> str:
        return f"municipality:{self.code}"

    @property
    def partition_key(self) -> str:
        return self.code


class OrganizationDefined(StructureEvent):
    """An organization of the budget sphere was imported or changed."""

    type: ClassVar[str] = "dialogue.organization.defined.v1"

    id: UUID
    external_id: str
    founder: MunicipalityCode = Field(description="Its figures count there.")
    place: MunicipalityCode = Field(description="Where it stands; shown there beside.")
    name: str = Field(min_length=1)
    kind: str
    headcount: int | None = Field(None, ge=0)
    closed: bool = False
    successor: UUID | None = Field(None, description="Who took over from a closed one.")

    @property
    def subject(self) -> str:
        return f"organization:{self.id}"

    @property
    def partition_key(self) -> str:
        return self.founder


class CalendarDefined(StructureEvent):
    """The production calendar of a year became known or was corrected (five-day week)."""

    type: ClassVar[str] = "dialogue.calendar.defined.v1"

    year: int = Field(ge=2000, le=2999)
    days_off: list[date] = Field(description="Weekdays that are off.")
    worked: list[date] = Field(description="Saturdays and Sundays that are worked.")
    shortened: list[date] = Field(description="Days before a holiday, an hour shorter.")

    @property
    def subject(self) -> str:
        return f"calendar:{self.year}"


EVENTS = (CampaignDefined, SmoDefined, MunicipalityDefined, OrganizationDefined, CalendarDefined)
