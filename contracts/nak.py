"""Topic dialogue.nak.v1: what readers miss and how far they are. Best effort, one day, no numbers."""

from typing import ClassVar

from pydantic import Field

from contracts.event import Part

TOPIC = "dialogue.nak.v1"


class Report(Part):
    """Something a reader says about one stream, to the relays of its owner."""

    type: ClassVar[str]

    reader: str = Field(description="The reader's group.")
    topic: str
    partition: int = Field(ge=0)
    epoch: int = Field(ge=0)


class NumberMissing(Report):
    """The log lacks this number; please send from here again."""

    type: ClassVar[str] = "dialogue.stream.missing.v1"

    sequence: int = Field(ge=1)


class PositionReported(Report):
    """A reader has applied everything up to this number."""

    type: ClassVar[str] = "dialogue.stream.position.v1"

    mark: int = Field(ge=0)
    chain: str = Field(pattern=r"^([0-9a-f]{32})?$")


EVENTS = (NumberMissing, PositionReported)
