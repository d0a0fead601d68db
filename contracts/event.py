"""What every event shares, and the CloudEvents 1.0 envelope that carries it."""

from typing import Annotated, ClassVar, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

REGION = "region"
"""The partition key of events that belong to no single municipality."""

MunicipalityCode = Annotated[str, Field(pattern=r"^[0-9]{8}$")]
"""A municipality's id: its eight-digit ОКТМО code at first import, for life."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""A short stable word that people choose: a campaign's id, a direction's code."""

Chain = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""Sixteen bytes in hex; see `contracts.streams.link`."""


class Part(BaseModel):
    """A piece of an event. Immutable; readers ignore fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Part):
    """A fact that happened: the `data` of a CloudEvent, with the aggregate's full state after it."""

    topic: ClassVar[str]
    type: ClassVar[str]

    version: int = Field(ge=1, description="Grows by one with every change of the aggregate.")

    @property
    def subject(self) -> str:
        """The aggregate's id."""
        raise NotImplementedError(type(self).__name__)

    @property
    def partition_key(self) -> str:
        """The municipality whose stream the event belongs to, or `REGION`."""
        return REGION

    @property
    def partition(self) -> int:
        """The partition of the topic: chosen by the municipality where the topic has several."""
        return 0


class StreamOpened(Event):
    """A new epoch of a stream begins; the present state of every aggregate follows.

    Always number 1 of an epoch above the first, in any topic, and without an aggregate. Readers
    drop what they derived from the stream and start again with what follows.
    """

    topic: ClassVar[str] = "any"
    type: ClassVar[str] = "dialogue.stream.opened.v1"

    @property
    def subject(self) -> str:
        return ""


class WatermarkReached(Event):
    """Whatever happened before `moment` has a lower number than this record in its stream.

    In any topic, hourly and so at midnight, and without an aggregate. A reader that has applied it knows
    that nothing of before that moment is still to come by this epoch.
    """

    topic: ClassVar[str] = "any"
    type: ClassVar[str] = "dialogue.stream.watermark.v1"

    moment: AwareDatetime

    @property
    def subject(self) -> str:
        return ""


Data = TypeVar("Data", bound=BaseModel)


class LooseEvent(BaseModel, Generic[Data]):
    """CloudEvents 1.0, JSON format: a record outside any numbered stream (a report, a state)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    id: UUID
    source: str = Field(description="The service that says it, or its reader.")
    type: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    partitionkey: str = Field(description="What it belongs to: a municipality's code, `region`, a topic …")
    data: Data


class CloudEvent(LooseEvent[Data], Generic[Data]):
    """One record of a numbered stream: CloudEvents 1.0 with our extensions for exactly once."""

    subject: str | None = Field(None, description="The aggregate's id.")
    epoch: int = Field(ge=1, description="Grows when the producer's database lost commits.")
    sequence: int = Field(ge=1, description="1, 2, 3 … without gaps, per stream and epoch.")
    chain: Chain = Field(description="Digest of all event ids of this epoch up to this one.")
    correlationid: str | None = Field(None, description="The request that caused it.")
