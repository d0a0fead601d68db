"""Topic dialogue.initiatives.v1: the life of initiatives. Owned by intake."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.appointments import Level
from contracts.event import Event, MunicipalityCode, Slug
from contracts.streams import partition_of


class InitiativeStatus(StrEnum):
    """Where an initiative is in its life. More may be added: what a reader does not know, it passes over."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DETERMINED = "determined"
    PUT_FORWARD = "put-forward"
    MERGED = "merged"
    DECLINED = "declined"
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
    origin: Level | None = Field(
        None, description="Which level wrote it, where its author is a body; none: a participant did."
    )
    decided_by: Level | None = Field(None, description="The level that decided last.")
    in_time: bool | None = Field(
        None, description="Whether the last decision kept the regulation's time; none before the first."
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


class InitiativeAccepted(InitiativeEvent):
    """The working group of its direction took it up; where a campaign accepts at once, this is not told."""

    type: ClassVar[str] = "dialogue.initiative.accepted.v1"


class InitiativeReturned(InitiativeEvent):
    """Returned to the author for rewording, with a suggestion."""

    type: ClassVar[str] = "dialogue.initiative.returned.v1"


class InitiativeReworded(InitiativeEvent):
    """The author wrote a returned one anew; it is decided on again."""

    type: ClassVar[str] = "dialogue.initiative.reworded.v1"


class InitiativeTransferred(InitiativeEvent):
    """Another direction's working group holds it from now on; the author's time goes on."""

    type: ClassVar[str] = "dialogue.initiative.transferred.v1"


class InitiativeDetermined(InitiativeEvent):
    """Determined (определена) by the working group of its direction, or by the coordination group."""

    type: ClassVar[str] = "dialogue.initiative.determined.v1"


class InitiativePutForward(InitiativeEvent):
    """Put forward (выдвинута) by the municipality."""

    type: ClassVar[str] = "dialogue.initiative.put-forward.v1"


class InitiativeMerged(InitiativeEvent):
    """Goes on as part of another one; it stays counted as submitted."""

    type: ClassVar[str] = "dialogue.initiative.merged.v1"

    into: UUID = Field(description="The initiative that it goes on in, of the same municipality.")


class InitiativeDeclined(InitiativeEvent):
    """Declined; who decided and why is shown to the author."""

    type: ClassVar[str] = "dialogue.initiative.declined.v1"

    reason: Slug = Field(description="Of the campaign's list.")


class InitiativeReverted(InitiativeEvent):
    """A decision was taken back within minutes: it stands as before."""

    type: ClassVar[str] = "dialogue.initiative.reverted.v1"


class InitiativeWithdrawn(InitiativeEvent):
    """The author took the initiative back. It stays counted as submitted."""

    type: ClassVar[str] = "dialogue.initiative.withdrawn.v1"

    reason_given: bool = False


class InitiativeLeft(InitiativeEvent):
    """It counts in another municipality from now on, and here no longer; told in the stream that it leaves.

    The stream of the other one tells that it joined, in a version after this one.
    """

    type: ClassVar[str] = "dialogue.initiative.left.v1"


class InitiativeJoined(InitiativeEvent):
    """It counts here from now on, and no longer in the municipality that it left."""

    type: ClassVar[str] = "dialogue.initiative.joined.v1"


class InitiativeRestated(InitiativeEvent):
    """The present state of an initiative, told again: corrected or left by its author, or at the start of a
    new epoch."""

    type: ClassVar[str] = "dialogue.initiative.restated.v1"


DECIDED = (
    InitiativeAccepted,
    InitiativeReturned,
    InitiativeTransferred,
    InitiativeDetermined,
    InitiativePutForward,
    InitiativeMerged,
    InitiativeDeclined,
    InitiativeReverted,
)
"""What bodies decide."""

EVENTS = (
    InitiativeSubmitted,
    *DECIDED,
    InitiativeReworded,
    InitiativeWithdrawn,
    InitiativeLeft,
    InitiativeJoined,
    InitiativeRestated,
)
