"""Topic dialogue.participants.v1: who joined a campaign, without saying who. Owned by intake."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import Event, MunicipalityCode, Slug
from contracts.streams import partition_of


class ParticipantStatus(StrEnum):
    """Whether a participant counts."""

    REGISTERED = "registered"
    MERGED = "merged"


class ParticipantEvent(Event):
    """The full set of a participant's dimensions. No name, no contact."""

    topic: ClassVar[str] = "dialogue.participants.v1"

    id: UUID
    campaign: Slug
    municipality: MunicipalityCode
    organization: UUID | None = None
    classifiers: dict[Slug, Slug] = Field(description="Classifier code → value, e.g. position.")
    status: ParticipantStatus
    registered_at: AwareDatetime = Field(
        description="With the region's offset: the local part is the bucket of hour and day."
    )
    in_person: bool = Field(
        default=False, description="Whether the staff registered them, with recorded consent."
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


class ParticipantRegistered(ParticipantEvent):
    """The address was confirmed, or the staff registered the person; the participant counts as registered
    from now on."""

    type: ClassVar[str] = "dialogue.participant.registered.v1"


class ParticipantRestated(ParticipantEvent):
    """The present state of a participant, told again: corrected, or at the start of a new epoch."""

    type: ClassVar[str] = "dialogue.participant.restated.v1"


class ParticipantLeft(ParticipantEvent):
    """Counts in another municipality from now on: here no longer. Told in the stream that is left."""

    type: ClassVar[str] = "dialogue.participant.left.v1"


class ParticipantJoined(ParticipantEvent):
    """Counts here from now on, and no longer in the municipality that was left; in a version after that."""

    type: ClassVar[str] = "dialogue.participant.joined.v1"


class ParticipantMerged(ParticipantEvent):
    """Turned out to be another participant, who counts: this one counts nowhere any more."""

    type: ClassVar[str] = "dialogue.participant.merged.v1"

    into: UUID = Field(description="The participant who it is, of the same municipality and campaign.")


EVENTS = (
    ParticipantRegistered,
    ParticipantLeft,
    ParticipantJoined,
    ParticipantMerged,
    ParticipantRestated,
)
