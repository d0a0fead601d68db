"""Topic dialogue.work.v1: the work between the levels, without its people and texts. Owned by hierarchy."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.appointments import Level
from contracts.event import REGION, Event, MunicipalityCode, Slug
from contracts.streams import partition_of


class WorkEvent(Event):
    """What is done between the levels of subordination, and between an SMO and its municipalities."""

    topic: ClassVar[str] = "dialogue.work.v1"

    @property
    def partition(self) -> int:
        return partition_of(self.partition_key)


class MeetingState(StrEnum):
    """What became of a meeting."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class MeetingDefined(WorkEvent):
    """The full state of an SMO's meeting: called, changed, held or cancelled."""

    type: ClassVar[str] = "dialogue.meeting.defined.v1"

    id: UUID
    campaign: Slug
    smo: Slug
    state: MeetingState
    begins_at: AwareDatetime
    municipalities: list[MunicipalityCode] = Field(description="Whose responsible persons are invited.")
    figures: list[UUID] = Field(
        description="Requests for the figures of these municipalities as they are when metrics reads this; "
        "each is answered once, by `dialogue.figures.taken.v1`."
    )

    @property
    def subject(self) -> str:
        return f"meeting:{self.id}"

    @property
    def partition_key(self) -> str:
        return REGION


class OrderKind(StrEnum):
    """What an order is about."""

    DO = "do"
    INFORM = "inform"


class OrderState(StrEnum):
    """What became of an order; what was only prepared is announced to nobody."""

    ISSUED = "issued"
    CLOSED = "closed"


class OrderTaskState(StrEnum):
    """How far one addressee has come with an order."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    REPORTED = "reported"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class OrderEvent(WorkEvent):
    """What is ordered down a municipality's line of subordination."""

    municipality: MunicipalityCode = Field(description="In whose line of subordination it is given.")
    campaign: Slug
    giver: Level = Field(description="`head` for the Head's orders, `group` for those of a group's leader.")

    @property
    def partition_key(self) -> str:
        return self.municipality


class OrderDefined(OrderEvent):
    """The full state of an order: issued, postponed or closed."""

    type: ClassVar[str] = "dialogue.order.defined.v1"

    id: UUID
    group: UUID | None = Field(description="Whose leader has given it; null: the Head.")
    kind: OrderKind
    state: OrderState
    due_at: AwareDatetime
    issued_at: AwareDatetime
    tasks: int = Field(ge=1, description="To how many addressees.")

    @property
    def subject(self) -> str:
        return f"order:{self.id}"


class OrderTaskDefined(OrderEvent):
    """The full state of what one addressee has of an order; of another one, if it went to a successor."""

    type: ClassVar[str] = "dialogue.order-task.defined.v1"

    id: UUID
    order: UUID
    addressee: Level
    group: UUID | None = Field(description="In whose area the addressee works.")
    organization: UUID | None = Field(description="Whose coordinator the addressee is.")
    state: OrderTaskState
    received_at: AwareDatetime
    acknowledged_at: AwareDatetime | None
    reported_at: AwareDatetime | None
    accepted_at: AwareDatetime | None
    in_time: bool | None = Field(description="Whether the report came by the deadline; null: there is none.")

    @property
    def subject(self) -> str:
        return f"order-task:{self.id}"


class QuestionState(StrEnum):
    """What became of a question up the line; a holder above answers it after a breach."""

    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class QuestionDefined(WorkEvent):
    """The full state of a question that somebody asks those above: asked, climbed, transferred, answered,
    published or withdrawn."""

    type: ClassVar[str] = "dialogue.question.defined.v1"

    id: UUID
    municipality: MunicipalityCode = Field(description="In whose line of subordination it is asked.")
    campaign: Slug
    asked_by: Level
    holder: Level = Field(description="Who is to answer, or has answered.")
    group: UUID | None = Field(description="The working group that holds it; null: another level.")
    organization: UUID | None = Field(description="Whose coordinator has asked.")
    direction: Slug | None
    of_initiative: bool = Field(description="Whether it is about one initiative.")
    state: QuestionState
    escalated: bool = Field(description="Whether it has climbed a level because nobody answered in time.")
    published: bool = Field(description="Whether the direction's coordinators read the answer.")
    asked_at: AwareDatetime
    due_at: AwareDatetime = Field(description="By when the present holder is to answer.")
    answered_at: AwareDatetime | None
    answer_minutes: int | None = Field(ge=0, description="Working minutes from asking to the answer.")
    in_time: bool | None = Field(description="Whether nobody let their time pass; null: no answer yet.")

    @property
    def subject(self) -> str:
        return f"question:{self.id}"

    @property
    def partition_key(self) -> str:
        return self.municipality


class ReportState(StrEnum):
    """How far a summary (сводка) has come."""

    DUE = "due"
    SENT = "sent"


class ReportDefined(WorkEvent):
    """The full state of a summary of one period: due, sent, or sent anew in another version."""

    type: ClassVar[str] = "dialogue.report.defined.v1"

    id: UUID
    municipality: MunicipalityCode
    campaign: Slug
    level: Level = Field(description="`coordinator`: to a working group; `group`: to the Head.")
    group: UUID | None = Field(description="Whose summary it is, or to whom it goes.")
    organization: UUID | None = Field(description="Whose coordinator reports; null: the group itself.")
    period_from: date
    period_to: date
    due_at: AwareDatetime
    state: ReportState
    number: int = Field(ge=0, description="Which version was sent last; 0: none yet.")
    sent_at: AwareDatetime | None = Field(description="When the first version was sent.")
    in_time: bool | None = Field(description="Whether the first version came by the deadline; null: none.")
    declared: bool = Field(description="Whether a number was declared that differs from the counted one.")
    figures: UUID | None = Field(
        description="Request for its organization's figures as they are when metrics reads this, answered "
        "once, by `dialogue.report-figures.taken.v1`; null: a group's are the sum of its coordinators'."
    )

    @property
    def subject(self) -> str:
        return f"report:{self.id}"

    @property
    def partition_key(self) -> str:
        return self.municipality


EVENTS = (MeetingDefined, OrderDefined, OrderTaskDefined, QuestionDefined, ReportDefined)
