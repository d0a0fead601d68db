"""Topic dialogue.help.v1: requests for help with wording or submission, without people and texts.

Owned by intake.
"""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.appointments import Level
from contracts.event import Event, MunicipalityCode, Slug
from contracts.streams import partition_of


class HelpStatus(StrEnum):
    """Where a request is in its life; `suggested`: its author is to answer."""

    REQUESTED = "requested"
    TAKEN = "taken"
    SUGGESTED = "suggested"
    DONE = "done"
    CANCELLED = "cancelled"


class HelpSubject(StrEnum):
    """With what somebody asks for help."""

    DRAFT = "draft"
    INITIATIVE = "initiative"


class HelpEvent(Event):
    """The full set of a request's dimensions, its status and its times."""

    topic: ClassVar[str] = "dialogue.help.v1"

    id: UUID
    campaign: Slug
    municipality: MunicipalityCode
    organization: UUID | None = None
    direction: Slug | None = None
    subject_kind: HelpSubject
    status: HelpStatus
    level: Level | None = Field(None, description="Of who took it last.")
    executor: bool = Field(False, description="Whether somebody is named for this request alone.")
    for_author: bool = Field(False, description="Whether the staff asked in the author's place.")
    thanked: bool = False
    requested_at: AwareDatetime = Field(
        description="With the region's offset: the local part is the bucket of hour and day."
    )
    due_at: AwareDatetime | None = Field(None, description="By when help was promised, if that is known.")
    taken_at: AwareDatetime | None = None
    suggested_at: AwareDatetime | None = Field(None, description="When a wording was suggested first.")
    ended_at: AwareDatetime | None = Field(None, description="When it was done or cancelled.")

    @property
    def subject(self) -> str:
        return str(self.id)

    @property
    def partition_key(self) -> str:
        return self.municipality

    @property
    def partition(self) -> int:
        return partition_of(self.municipality)


class HelpRequested(HelpEvent):
    """Somebody asked for help, or the staff for them; it exists once from now on."""

    type: ClassVar[str] = "dialogue.help.requested.v1"


class HelpTaken(HelpEvent):
    """Somebody of the line of subordination helps from now on."""

    type: ClassVar[str] = "dialogue.help.taken.v1"


class HelpSuggested(HelpEvent):
    """A wording was suggested to the author."""

    type: ClassVar[str] = "dialogue.help.suggested.v1"


class HelpDone(HelpEvent):
    """It ended with help: the author accepted a wording, or one of the two said so."""

    type: ClassVar[str] = "dialogue.help.done.v1"


class HelpThanked(HelpEvent):
    """The author said thank you."""

    type: ClassVar[str] = "dialogue.help.thanked.v1"


class HelpCancelled(HelpEvent):
    """It ended without help: taken back, or its text went."""

    type: ClassVar[str] = "dialogue.help.cancelled.v1"


class HelpRestated(HelpEvent):
    """The present state, told again: after a change that is no step, or at the start of a new epoch."""

    type: ClassVar[str] = "dialogue.help.restated.v1"


EVENTS = (
    HelpRequested,
    HelpTaken,
    HelpSuggested,
    HelpDone,
    HelpThanked,
    HelpCancelled,
    HelpRestated,
)
"""All that the topic tells."""
