"""Topic dialogue.work.v1: the work between the levels, without its people and texts. Owned by hierarchy."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

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


EVENTS = (MeetingDefined,)
