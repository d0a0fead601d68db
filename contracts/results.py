"""Topic dialogue.results.v1: what metrics found at a moment and keeps: frozen results, warnings.

Owned by metrics.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.appointments import TargetScope
from contracts.counters import Mark
from contracts.event import REGION, Event, MunicipalityCode, Part, Slug


class ResultEvent(Event):
    """What was found at a moment and does not change with the figures."""

    topic: ClassVar[str] = "dialogue.results.v1"


class Standing(Part):
    """A municipality beside its target: the figures of the target's scope, its own without one."""

    municipality: MunicipalityCode
    scope: TargetScope | None = Field(None, description="Whom the target is about; null without one.")
    registered: int = Field(ge=0)
    submitted: int = Field(ge=0)
    target_registered: int | None = Field(None, ge=1)
    target_submitted: int | None = Field(None, ge=1)
    target_number: int | None = Field(None, ge=1, description="Which version of the target it is.")
    target_confirmed: bool | None = Field(None, description="False: entered by the SMO from a letter.")
    share_registered: float | None = Field(None, ge=0, description="Per cent of the target, to one decimal.")
    share_submitted: float | None = Field(None, ge=0)
    pace_registered: float | None = Field(
        None, ge=0, description="Per cent of what was expected by then, to one decimal."
    )
    pace_submitted: float | None = Field(None, ge=0)


class CheckpointEvent(ResultEvent, Standing):
    """A municipality's interim result as of the end of a day. All but the correction never changes."""

    campaign: Slug
    day: date
    frozen_at: AwareDatetime
    recommended: bool = Field(description="Whether the day is the SMO's, and not the municipality's own.")
    own_registered: int = Field(ge=0, description="Without settlements, whatever the target is about.")
    own_submitted: int = Field(ge=0)
    place: int | None = Field(None, ge=1, description="By share of submitted, among equals with a target.")
    among: int | None = Field(None, ge=1, description="How many these are: of its SMO and its tier.")
    gaps: int | None = Field(
        None,
        ge=0,
        description="What was missing in its staffing when frozen; null if that was long after the day.",
    )
    marks: dict[str, Mark] = Field(description="Stream (`topic/partition`) → how far it had been read.")
    digest: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the frozen content.")
    correction_registered: int = Field(0, description="What has come or gone since, of the same scope.")
    correction_submitted: int = 0

    @property
    def subject(self) -> str:
        return f"checkpoint:{self.campaign}:{self.municipality}:{self.day}"

    @property
    def partition_key(self) -> str:
        return self.municipality


class CheckpointFrozen(CheckpointEvent):
    """The day is over and every stream of the municipality was read past it: the result stands."""

    type: ClassVar[str] = "dialogue.checkpoint.frozen.v1"


class CheckpointCorrected(CheckpointEvent):
    """Counted anew, the day's figures differ by another number than before; the result stands."""

    type: ClassVar[str] = "dialogue.checkpoint.corrected.v1"


class Warned(StrEnum):
    """What a municipality is warned of."""

    SILENT = "silent"
    """No initiative for three full days."""
    SLOW = "slow"
    """Less than 70 % of what was expected."""


class WarningRaised(ResultEvent):
    """A municipality is silent or slow: said once in a campaign for each."""

    type: ClassVar[str] = "dialogue.warning.raised.v1"

    campaign: Slug
    municipality: MunicipalityCode
    warning: Warned
    day: date

    @property
    def subject(self) -> str:
        return f"warning:{self.campaign}:{self.municipality}:{self.warning}"

    @property
    def partition_key(self) -> str:
        return self.municipality


class FiguresTaken(ResultEvent):
    """The figures that a meeting's agenda asked for, as of a moment."""

    type: ClassVar[str] = "dialogue.figures.taken.v1"

    id: UUID = Field(description="The request.")
    campaign: Slug
    as_of: AwareDatetime
    day: date = Field(description="The region's day of that moment.")
    items: list[Standing]

    @property
    def subject(self) -> str:
        return f"figures:{self.id}"

    @property
    def partition_key(self) -> str:
        return REGION


class Counted(Part):
    """What the system counts of an organization; null: that is not known by organization."""

    registered: int = Field(ge=0)
    submitted: int = Field(ge=0)
    period_registered: int = Field(ge=0, description="Of them: on the days of the period.")
    period_submitted: int = Field(ge=0)
    by_direction: dict[Slug, int] = Field(description="Initiatives by direction.")
    by_form: dict[Slug, int] | None = Field(description="Initiatives by form; null: the campaign has none.")
    by_position: dict[Slug, int] | None = Field(description="Initiators by position; null: it has none.")
    first_time: int | None = Field(
        ge=0, description="Participants whose first initiative of the campaign is one of the period."
    )
    consultations: int | None = Field(ge=0)
    help_requests: int | None = Field(ge=0)
    inquiries: int | None = Field(
        ge=0, description="Those of which the organization is known; the others are the municipality's alone."
    )
    period_consultations: int | None = Field(None, ge=0)
    period_help_requests: int | None = Field(None, ge=0)
    period_inquiries: int | None = Field(None, ge=0)


class ReportFiguresTaken(ResultEvent, Counted):
    """The figures of an organization that a summary asked for, as of a moment."""

    type: ClassVar[str] = "dialogue.report-figures.taken.v1"

    id: UUID = Field(description="The request.")
    campaign: Slug
    municipality: MunicipalityCode = Field(description="In whose line of subordination the summary goes.")
    group: UUID | None
    organization: UUID
    as_of: AwareDatetime
    day: date = Field(description="The region's day of that moment.")

    @property
    def subject(self) -> str:
        return f"report-figures:{self.id}"

    @property
    def partition_key(self) -> str:
        return self.municipality


EVENTS = (CheckpointFrozen, CheckpointCorrected, WarningRaised, FiguresTaken, ReportFiguresTaken)
