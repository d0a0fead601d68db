"""Topic dialogue.initiatives.v1: the life of initiatives. Owned by intake."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import Event, MunicipalityCode, Slug
from contracts.streams import partition_of


class InitiativeStatus(StrEnum):
    """Where an initiative is in its life."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class InitiativeEvent(Event):
    """The full set of an initiative's dimensions and its status. No text, no person's name."""

    topic: ClassVar[str] = "dialogue.initiatives.v1"

    id: UUID
    number: int = Field(ge=1, description="Number for people, unique in the campaign.")
    campaign: Slug
    municipality: MunicipalityCode
    organization: UUID | None = None
    direction: Slug
    classifiers: dict[Slug, Slug] = Field(description="Classifier code → value, e.g. form.")
    participant: UUID | None = Field(None, description="The author, where it is a person.")
    status: InitiativeStatus
    submitted_at: AwareDatetime = Field(
        description="With the region's offset: the local part is the bucket of hour and day."
    )

    @property
    def subject(self) -> str:
        return str(self.id)

    @property
    def partition_key(self) -> str:
        return self.municipality

    @property
    def partition(self) -> int:
        return partition_of(self.municipality)


class InitiativeSubmitted(InitiativeEvent):
    """Intake has stored an initiative; it counts as submitted from now on."""

    type: ClassVar[str] = "dialogue.initiative.submitted.v1"


class InitiativeWithdrawn(InitiativeEvent):
    """The author took the initiative back. It stays counted as submitted."""

    type: ClassVar[str] = "dialogue.initiative.withdrawn.v1"

    reason_given: bool = False


class InitiativeRestated(InitiativeEvent):
    """The present state of an initiative, told again: left by its author, or at the start of a new epoch."""

    type: ClassVar[str] = "dialogue.initiative.restated.v1"


EVENTS = (InitiativeSubmitted, InitiativeWithdrawn, InitiativeRestated)
