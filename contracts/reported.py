"""Topic dialogue.reported.v1: figures that municipalities without own access reported. Owned by intake.

They stand beside the counted ones and are never added to them.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from pydantic import AwareDatetime, Field

from contracts.event import Event, MunicipalityCode, Slug


class ReportSource(StrEnum):
    """By what way the figures came."""

    LETTER = "letter"
    TABLE = "table"
    PHONE = "phone"
    MEETING = "meeting"


class ReportedFigures(Event):
    """An SMO or the regional administrator wrote down what a municipality reported; it stands instead of what
    was written before."""

    topic: ClassVar[str] = "dialogue.reported.v1"
    type: ClassVar[str] = "dialogue.figures.reported.v1"

    campaign: Slug
    municipality: MunicipalityCode
    registered: int = Field(ge=0)
    submitted: int = Field(ge=0)
    as_of: date = Field(description="The day of which the municipality spoke.")
    source: ReportSource
    reported_at: AwareDatetime

    @property
    def subject(self) -> str:
        return f"reported:{self.campaign}:{self.municipality}"

    @property
    def partition_key(self) -> str:
        return self.municipality


EVENTS = (ReportedFigures,)
"""All that the topic tells."""
