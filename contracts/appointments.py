"""Topic dialogue.appointments.v1: who may do what, without saying who they are; what is planned.

Owned by hierarchy.
"""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import REGION, Event, MunicipalityCode, Part, Slug


class Role(StrEnum):
    """In what capacity somebody acts (`product.md`, who uses it)."""

    ADMINISTRATOR = "administrator"
    SMO_OPERATOR = "smo-operator"
    HEAD = "head"
    RESPONSIBLE = "responsible"
    CLERK = "clerk"
    DEPUTY = "deputy"
    LEADER = "leader"
    MEMBER = "member"
    COORDINATOR = "coordinator"
    STAND_IN = "stand-in"
    HOTLINE_OPERATOR = "hotline-operator"


class Scope(StrEnum):
    """Over what a role reaches."""

    REGION = "region"
    SMO = "smo"
    MUNICIPALITY = "municipality"
    GROUP = "group"
    ORGANIZATION = "organization"


SCOPE_OF = {
    Role.ADMINISTRATOR: Scope.REGION,
    Role.SMO_OPERATOR: Scope.SMO,
    Role.HEAD: Scope.MUNICIPALITY,
    Role.RESPONSIBLE: Scope.MUNICIPALITY,
    Role.CLERK: Scope.MUNICIPALITY,
    Role.DEPUTY: Scope.MUNICIPALITY,
    Role.LEADER: Scope.GROUP,
    Role.MEMBER: Scope.GROUP,
    Role.COORDINATOR: Scope.ORGANIZATION,
    Role.STAND_IN: Scope.ORGANIZATION,
    Role.HOTLINE_OPERATOR: Scope.MUNICIPALITY,
}
"""Every role's scope."""


class Level(StrEnum):
    """Who answers or decides: the line, or a level of subordination. A breach climbs from one to the next."""

    HOTLINE = "hotline"
    COORDINATOR = "coordinator"
    GROUP = "group"
    COORDINATION = "coordination"
    HEAD = "head"


class AppointmentEvent(Event):
    """Who may act, and in which capacity, as the acts say."""

    topic: ClassVar[str] = "dialogue.appointments.v1"


class GrantEvent(AppointmentEvent):
    """The full state of a grant: the rights that an appointment gives, and for how long."""

    id: UUID = Field(description="The appointment's id.")
    account: UUID = Field(description="Whose rights: the subject of their tokens.")
    role: Role
    scope: Scope
    of: str = Field(
        min_length=1,
        description="`region`, or the id of an SMO, municipality, working group or organization.",
    )
    municipality: MunicipalityCode | None = Field(
        None, description="In whose line of subordination; none for the region and the SMOs."
    )
    from_at: AwareDatetime
    until_at: AwareDatetime | None = Field(None, description="The first moment without these rights.")

    @property
    def subject(self) -> str:
        return f"grant:{self.id}"

    @property
    def partition_key(self) -> str:
        return self.municipality or REGION


class GrantGiven(GrantEvent):
    """Somebody was appointed; the rights begin with the appointment."""

    type: ClassVar[str] = "dialogue.grant.given.v1"


class GrantEnded(GrantEvent):
    """An appointment was ended or replaced; the rights end with it."""

    type: ClassVar[str] = "dialogue.grant.ended.v1"


class SessionEnded(AppointmentEvent):
    """Somebody signed out, or was signed out: the session's tokens are worth nothing from now on."""

    type: ClassVar[str] = "dialogue.session.ended.v1"

    id: UUID = Field(description="The session, as in the tokens' claim `sid`.")
    ended_at: AwareDatetime

    @property
    def subject(self) -> str:
        return f"session:{self.id}"


class ServingEvent(AppointmentEvent):
    """The full state of an agreement by which a municipality acts for another: its people reach over both."""

    id: UUID = Field(description="The agreement.")
    municipality: MunicipalityCode = Field(description="Who is served; its figures stay its own.")
    served_by: MunicipalityCode = Field(
        description="Whose groups and coordinators act for it: its district's."
    )
    from_at: AwareDatetime
    until_at: AwareDatetime | None = Field(None, description="The first moment without it.")

    @property
    def subject(self) -> str:
        return f"serving:{self.id}"

    @property
    def partition_key(self) -> str:
        return self.municipality


class ServingAgreed(ServingEvent):
    """A settlement is served by its district from now on (обслуживает район)."""

    type: ClassVar[str] = "dialogue.serving.agreed.v1"


class ServingEnded(ServingEvent):
    """A settlement acts for itself again; what the district's people could reach there ends with it."""

    type: ClassVar[str] = "dialogue.serving.ended.v1"


class WorkingGroupDefined(AppointmentEvent):
    """The full state of a working group: formed, changed or dissolved."""

    type: ClassVar[str] = "dialogue.working-group.defined.v1"

    id: UUID
    campaign: Slug
    municipality: MunicipalityCode
    covers_all: bool = Field(description="Every direction and organization that no other group covers.")
    directions: list[Slug] = Field(description="Whose initiatives it determines.")
    organizations: list[UUID] = Field(description="Whose coordinators it appoints.")
    dissolved: bool = False

    @property
    def subject(self) -> str:
        return f"working-group:{self.id}"

    @property
    def partition_key(self) -> str:
        return self.municipality


class CoverageStated(AppointmentEvent):
    """How far a municipality is staffed for a campaign, and how many gaps it has: counts, no people."""

    type: ClassVar[str] = "dialogue.coverage.stated.v1"

    campaign: Slug
    municipality: MunicipalityCode
    head: bool = Field(description="Whether there is a Head.")
    responsible: bool = Field(description="Whether somebody is responsible for the project.")
    groups: int = Field(ge=0, description="Working groups.")
    groups_without_leader: int = Field(ge=0)
    directions_uncovered: int = Field(ge=0, description="Directions that no working group covers.")
    organizations: int = Field(ge=0, description="Organizations that want a coordinator.")
    organizations_uncovered: int = Field(ge=0, description="Organizations that no working group covers.")
    coordinators_missing: int = Field(ge=0, description="Organizations without a coordinator.")
    unanswered: int = Field(ge=0, description="Appointed people who have not answered their invitation.")
    unbriefed: int = Field(0, ge=0, description="Coordinators and stand-ins who were not briefed.")
    line: bool = Field(
        True,
        description=(
            "Whether it is reached by a hotline: its own, a shared one, or that of whoever acts for it. "
            "What was stated before there were lines says true: of a gap nobody knew."
        ),
    )
    served_by: MunicipalityCode | None = Field(
        None, description="Whose groups act for it; its organizations are in that municipality's counts."
    )
    formed_at: AwareDatetime | None = Field(
        None, description="When Head, responsible person and groups for everything first stood."
    )

    @property
    def subject(self) -> str:
        return f"coverage:{self.campaign}:{self.municipality}"

    @property
    def partition_key(self) -> str:
        return self.municipality


class TargetScope(StrEnum):
    """Whom a municipality's target is about."""

    OWN = "own"
    WITH_SETTLEMENTS = "with-settlements"


class TargetSet(AppointmentEvent):
    """A version of a municipality's targets; the highest number is in force. It never changes."""

    type: ClassVar[str] = "dialogue.target.set.v1"

    campaign: Slug
    municipality: MunicipalityCode
    number: int = Field(ge=1, description="1, 2, 3 … of this municipality in this campaign.")
    registered: int = Field(ge=1, description="Registered users to be reached by the last day.")
    submitted: int = Field(ge=1, description="Submitted initiatives to be reached by the last day.")
    scope: TargetScope
    set_at: AwareDatetime
    confirmed: bool = Field(description="False: the SMO entered it from a letter, until the Head confirms.")

    @property
    def subject(self) -> str:
        return f"target:{self.campaign}:{self.municipality}:{self.number}"

    @property
    def partition_key(self) -> str:
        return self.municipality


class CheckpointsEvent(AppointmentEvent):
    """All days of a campaign at whose end interim results are frozen, those that have passed too."""

    campaign: Slug
    days: list[date]
    set_at: AwareDatetime


class CheckpointsScheduled(CheckpointsEvent):
    """A municipality has days of its own, by an act of its Head; the SMO's do not apply to it."""

    type: ClassVar[str] = "dialogue.checkpoints.scheduled.v1"

    municipality: MunicipalityCode

    @property
    def subject(self) -> str:
        return f"checkpoints:{self.campaign}:{self.municipality}"

    @property
    def partition_key(self) -> str:
        return self.municipality


class CheckpointsRecommended(CheckpointsEvent):
    """An SMO recommends days: they apply to its municipalities that have none of their own."""

    type: ClassVar[str] = "dialogue.checkpoints.recommended.v1"

    smo: Slug

    @property
    def subject(self) -> str:
        return f"checkpoints:{self.campaign}:smo:{self.smo}"


class WorkingDay(Part):
    """When a weekday is worked, in the region's time zone; a shortened day ends an hour earlier."""

    begins: time
    ends: time
    lunch_begins: time | None = None
    lunch_ends: time | None = None


WorkingWeek = Annotated[list[WorkingDay | None], Field(min_length=7, max_length=7)]
"""From Monday to Sunday; none where the week does not work. A worked weekend is worked like a Friday."""


class Step(StrEnum):
    """What the regulation promises a time for."""

    FIRST_ANSWER = "first-answer"
    TRANSFER = "transfer"
    FINAL_ANSWER = "final-answer"
    DECISION = "decision"
    HELP = "help"
    QUESTION = "question"


class RegulationDefined(AppointmentEvent):
    """A version of the response times (регламент); a clock keeps the version under which it began.

    In force is the highest number among those whose day has come. It never changes.
    """

    type: ClassVar[str] = "dialogue.regulation.defined.v1"

    municipality: MunicipalityCode | None = Field(
        None, description="Whose Head adapted it by an act; none for the region's default."
    )
    number: int = Field(ge=1, description="1, 2, 3 … of this municipality, or of the region.")
    from_day: date
    time_zone: str = Field(description="The region's IANA zone.")
    week: WorkingWeek
    minutes: dict[Slug, Annotated[int, Field(ge=1)]] = Field(
        description="Step → working time within which it is due. Steps are added, never renamed."
    )

    @property
    def subject(self) -> str:
        return f"regulation:{self.partition_key}:{self.number}"

    @property
    def partition_key(self) -> str:
        return self.municipality or REGION


RIGHTS = (GrantGiven, GrantEnded, ServingAgreed, ServingEnded, SessionEnded)
"""What every service keeps, to know who may do what."""

FORMING = (WorkingGroupDefined, CoverageStated)
"""How far the municipalities are organized."""

PLANNED = (TargetSet, CheckpointsScheduled, CheckpointsRecommended)
"""What the municipalities want to reach, and when they look how far they are."""

REGULATED = (RegulationDefined,)
"""By when who must have answered."""

EVENTS = RIGHTS + FORMING + PLANNED + REGULATED
