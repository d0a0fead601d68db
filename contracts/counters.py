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

    family: str = Field(
        description="organization, hour, direction, classifier:<code>; of initiatives also status, "
        "direction-status (`school/accepted`) and, for those that have it, level (who decided last), in-time "
        "(yes, no), origin (the body that wrote it)."
    )
    key: str
    counter: str = Field(description="registered or submitted.")
    value: int = Field(ge=0)


class HotlineTotals(Part):
    """What a municipality's hotline was asked, without its settlements, by the definitions that are published
    with the figures: no organization, nobody's name, number or text."""

    inquiries: int = Field(ge=0, description="Without spam and what was merged into another.")
    open: int = Field(ge=0, description="Of them: without a final answer.")
    first_in_time: int = Field(ge=0, description="First answers within their time.")
    first_late: int = Field(ge=0, description="First answers whose time passed before them.")
    final_in_time: int = Field(ge=0, description="The same of final answers.")
    final_late: int = Field(ge=0)
    escalations: int = Field(ge=0, description="How often an inquiry climbed a level.")
    consultations: int = Field(ge=0, description="At any level, without those recorded by mistake.")
    help_requests: int = Field(0, ge=0, description="For help with a text, whatever they came to.")
    help_done: int = Field(0, ge=0, description="Of them: ended with help.")
    help_thanked: int = Field(0, ge=0, description="Of those: the author said thank you.")


class CountersStated(Part):
    """All counters of one municipality in one campaign. State, not a stream: keep the last, unless one of its
    marks is lower than in the one that you have."""

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
    hotline: HotlineTotals | None = Field(None, description="Null while nothing was asked of it.")

    @property
    def key(self) -> str:
        """The record's key: campaign and municipality."""
        return f"{self.campaign}:{self.municipality}"


EVENTS = (CountersStated,)
