"""Topic dialogue.hotline.v1: lines, themes, inquiries and consultations, without people, numbers and texts.

Owned by hotline.
"""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.appointments import Level, WorkingWeek
from contracts.event import REGION, Event, MunicipalityCode, Slug
from contracts.streams import partition_of


class HotlineEvent(Event):
    """What is asked and advised in a municipality, and by which line."""

    topic: ClassVar[str] = "dialogue.hotline.v1"

    municipality: MunicipalityCode

    @property
    def partition_key(self) -> str:
        return self.municipality

    @property
    def partition(self) -> int:
        return partition_of(self.municipality)


class LineDefined(HotlineEvent):
    """The full state of an administration's published line; its numbers and addresses stay in hotline."""

    type: ClassVar[str] = "dialogue.line.defined.v1"

    id: UUID
    group: UUID | None = Field(None, description="The working group that owns it.")
    serves: list[MunicipalityCode] = Field([], description="Settlements that share it, beside its own.")
    week: WorkingWeek = Field(description="When somebody answers.")
    closed: bool = False

    @property
    def subject(self) -> str:
        return f"line:{self.id}"


class ThemeDefined(Event):
    """The full state of a theme: what inquiries and consultations are about, from the region's list.

    It belongs to no municipality, and is told in the stream of the region.
    """

    topic: ClassVar[str] = HotlineEvent.topic
    type: ClassVar[str] = "dialogue.theme.defined.v1"

    code: Slug
    name: str = Field(min_length=1, max_length=100)
    direction: Slug | None = Field(None, description="Whose working group answers what is asked about it.")
    place: int = Field(ge=1, description="In the list; those of the same place by code.")
    removed: bool = Field(False, description="No longer offered; what was asked about it keeps it.")

    @property
    def subject(self) -> str:
        return f"theme:{self.code}"

    @property
    def partition(self) -> int:
        return partition_of(REGION)


class Channel(StrEnum):
    """The way by which an inquiry came."""

    PHONE = "phone"
    WEB = "web"
    EMAIL = "e-mail"
    IN_PERSON = "in-person"


class InquiryStatus(StrEnum):
    """Where an inquiry is in its life; `transferred`: offered to another holder who has not accepted yet."""

    NEW = "new"
    TAKEN = "taken"
    WAITING = "waiting"
    TRANSFERRED = "transferred"
    ANSWERED = "answered"
    CLOSED = "closed"
    MERGED = "merged"
    SPAM = "spam"


class InquiryEvent(HotlineEvent):
    """The full set of an inquiry's dimensions, its status and its times."""

    id: UUID
    campaign: Slug
    organization: UUID | None = None
    direction: Slug | None = None
    theme: Slug
    channel: Channel
    status: InquiryStatus
    level: Level = Field(description="Who holds it, or answered it last.")
    group: UUID | None = Field(None, description="The working group that holds it.")
    opened_at: AwareDatetime = Field(
        description="With the region's offset: the local part is the bucket of hour and day."
    )
    first_answer_due_at: AwareDatetime
    answer_due_at: AwareDatetime
    first_answered_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = Field(None, description="When it was last answered finally.")
    closed_at: AwareDatetime | None = None
    first_answer_minutes: int | None = Field(None, ge=0, description="Working time until the first answer.")
    answer_minutes: int | None = Field(
        None, ge=0, description="Working time until the final answer; after a reopening, since then."
    )
    first_answer_late: bool = Field(False, description="Its time passed before the first answer.")
    answer_late: bool = Field(False, description="Its time passed before the final answer.")
    escalations: int = Field(0, ge=0, description="How often it climbed a level.")
    reopened: int = Field(0, ge=0, description="How often it was taken up again after an answer.")
    helped: bool | None = Field(None, description="What the initiator said at the end.")

    @property
    def subject(self) -> str:
        return str(self.id)


class InquiryOpened(InquiryEvent):
    """Somebody asked, by any channel; it exists once from now on."""

    type: ClassVar[str] = "dialogue.inquiry.opened.v1"


class InquiryTaken(InquiryEvent):
    """A holder works on it: took it from the queue, or accepted what was transferred."""

    type: ClassVar[str] = "dialogue.inquiry.taken.v1"


class InquiryTransferred(InquiryEvent):
    """It was offered to another holder, or returned by them."""

    type: ClassVar[str] = "dialogue.inquiry.transferred.v1"


class InquiryEscalated(InquiryEvent):
    """The time of a step passed: it climbed one level."""

    type: ClassVar[str] = "dialogue.inquiry.escalated.v1"


class InquiryAnswered(InquiryEvent):
    """It was answered, for the first time or finally."""

    type: ClassVar[str] = "dialogue.inquiry.answered.v1"


class InquiryClosed(InquiryEvent):
    """It ended: closed after the answer, merged into another, or spam."""

    type: ClassVar[str] = "dialogue.inquiry.closed.v1"


class InquiryReopened(InquiryEvent):
    """A reply of the initiator took it up again."""

    type: ClassVar[str] = "dialogue.inquiry.reopened.v1"


class InquiryLeft(InquiryEvent):
    """It was asked of the wrong municipality and counts in another one from now on, here no longer.

    Told in the stream that it leaves. The stream of the other one tells that it joined, in a version after
    this one.
    """

    type: ClassVar[str] = "dialogue.inquiry.left.v1"


class InquiryJoined(InquiryEvent):
    """It counts here from now on, and no longer in the municipality that it left."""

    type: ClassVar[str] = "dialogue.inquiry.joined.v1"


class InquiryRestated(InquiryEvent):
    """The present state, told again: after a correction, or at the start of a new epoch."""

    type: ClassVar[str] = "dialogue.inquiry.restated.v1"


class ConsultationMode(StrEnum):
    """How somebody was consulted: очно or заочно."""

    IN_PERSON = "in-person"
    REMOTE = "remote"


class ConsultationEvent(HotlineEvent):
    """The full set of a consultation's dimensions."""

    id: UUID
    campaign: Slug
    organization: UUID | None = None
    direction: Slug | None = None
    theme: Slug
    mode: ConsultationMode
    level: Level = Field(description="At which level somebody consulted.")
    recorded_at: AwareDatetime = Field(
        description="With the region's offset: the local part is the bucket of hour and day."
    )
    led_to_initiative: bool = Field(False, description="Whether an initiative came of it.")
    inquiry: UUID | None = Field(None, description="The inquiry that it belongs to.")
    withdrawn: bool = Field(False, description="Recorded by mistake: it does not count.")

    @property
    def subject(self) -> str:
        return f"consultation:{self.id}"


class ConsultationRecorded(ConsultationEvent):
    """Somebody was consulted, at any level."""

    type: ClassVar[str] = "dialogue.consultation.recorded.v1"


class ConsultationRestated(ConsultationEvent):
    """The present state, told again: after a correction, or at the start of a new epoch."""

    type: ClassVar[str] = "dialogue.consultation.restated.v1"


INQUIRIES = (
    InquiryOpened,
    InquiryTaken,
    InquiryTransferred,
    InquiryEscalated,
    InquiryAnswered,
    InquiryClosed,
    InquiryReopened,
    InquiryLeft,
    InquiryJoined,
    InquiryRestated,
)
CONSULTATIONS = (ConsultationRecorded, ConsultationRestated)
EVENTS = (LineDefined, ThemeDefined, *INQUIRIES, *CONSULTATIONS)
