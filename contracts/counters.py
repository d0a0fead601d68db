"""Topic dialogue.counters.v1: the state of a municipality's counters (compacted). Owned by metrics."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from contracts.appointments import TargetScope
from contracts.event import MunicipalityCode, Part, Slug

TOPIC = "dialogue.counters.v1"


class Mark(Part):
    """How far the figures have read one stream."""

    epoch: int = Field(ge=1)
    sequence: int = Field(ge=0)


class Counter(Part):
    """One counter of one family, e.g. `direction` / `school` / `submitted`."""

    family: str = Field(description="organization, hour, direction or classifier:<code>.")
    key: str
    counter: str = Field(description="registered or submitted.")
    value: int = Field(ge=0)


class CountersStated(Part):
    """All counters of one municipality in one campaign. State, not a stream: keep the highest marks."""

    type: ClassVar[str] = "dialogue.counters.stated.v1"

    campaign: Slug
    municipality: MunicipalityCode
    as_of: AwareDatetime
    registered: int = Field(ge=0)
    submitted: int = Field(ge=0)
    counters: list[Counter]
    marks: dict[str, Mark] = Field(description="Topic → mark of this municipality's stream.")
    scope: TargetScope | None = Field(None, description="Whom the target is about; null without one.")
    target_registered: int | None = Field(None, ge=1)
    target_submitted: int | None = Field(None, ge=1)
    target_confirmed: bool | None = Field(None, description="False: entered by the SMO from a letter.")
    share_registered: float | None = Field(
        None, ge=0, description="Per cent of the target that is reached, by its scope, to one decimal."
    )
    share_submitted: float | None = Field(None, ge=0)

    @property
    def key(self) -> str:
        """The record's key: campaign and municipality."""
        return f"{self.campaign}:{self.municipality}"


EVENTS = (CountersStated,)
