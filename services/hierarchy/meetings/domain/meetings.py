"""Meetings (координационные встречи): what an SMO has called, its agenda, and what was shown there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.event import REGION
from contracts.results import Standing
from contracts.work import MeetingDefined, MeetingState
from services.chassis.errors import Conflict


class Format(StrEnum):
    """How people meet: in person (очно), by video, or both (смешанно)."""

    IN_PERSON = "in-person"
    VIDEO = "video"
    MIXED = "mixed"


FORMATS: dict[Format, str] = {
    Format.IN_PERSON: "очно",
    Format.VIDEO: "видеосвязь",
    Format.MIXED: "смешанно",
}

STATES: dict[MeetingState, str] = {
    MeetingState.PLANNED: "предстоит",
    MeetingState.HELD: "прошла",
    MeetingState.CANCELLED: "отменена",
}


@dataclass(frozen=True, slots=True)
class Planned:
    """What is told to those who are invited: a change of it is a new number of the invitation."""

    title: str
    format: Format
    place: str
    link: str
    begins_at: datetime
    duration: int
    """Minutes."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of an SMO. `sequence` is the number of the invitation that stands, by which calendars know
    the latest; `version` counts everything that services are told."""

    id: UUID
    campaign: str
    smo: str
    planned: Planned
    municipalities: tuple[str, ...]
    called_by: UUID
    series: UUID | None = None
    state: MeetingState = MeetingState.PLANNED
    reason: str = ""
    sequence: int = 0
    version: int = 1

    @property
    def begins_at(self) -> datetime:
        """When it begins."""
        return self.planned.begins_at

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.planned.begins_at + timedelta(minutes=self.planned.duration)

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"meeting:{self.id}"

    @property
    def tenants(self) -> set[str]:
        """Whose rows belong to it."""
        return {REGION, *self.municipalities}

    def check_planned(self) -> None:
        """Raises Conflict for one that was held or cancelled."""
        if self.state is not MeetingState.PLANNED:
            raise Conflict("meeting-over", state=STATES[self.state])

    def check_seen(self, seen: int) -> None:
        """Raises Conflict if somebody else has changed it meanwhile."""
        if seen != self.version:
            raise Conflict("meeting-changed")

    def check_answerable(self, now: datetime) -> None:
        """Raises Conflict for one that was held, cancelled, or has begun."""
        self.check_planned()
        if self.begins_at <= now:
            raise Conflict("meeting-begun")

    def check_begun(self, now: datetime) -> None:
        """Raises Conflict for one that was cancelled or has not begun."""
        if self.state is MeetingState.CANCELLED:
            self.check_planned()
        if self.begins_at > now:
            raise Conflict("meeting-ahead")

    def changed(self, planned: Planned, municipalities: Sequence[str]) -> "Meeting":
        """The same with other words or people: whoever is told, is told a later number."""
        return replace(
            self,
            planned=planned,
            municipalities=tuple(municipalities),
            sequence=self.sequence + 1,
            version=self.version + 1,
        )

    def cancelled(self, reason: str) -> "Meeting":
        """It does not take place."""
        state = MeetingState.CANCELLED
        return replace(self, state=state, reason=reason, sequence=self.sequence + 1, version=self.version + 1)

    def held(self) -> "Meeting":
        """It took place."""
        return replace(self, state=MeetingState.HELD, version=self.version + 1)

    def renumbered(self) -> "Meeting":
        """The same, of which one person alone is told something later."""
        return replace(self, sequence=self.sequence + 1)

    def told(self) -> "Meeting":
        """The same, of which services are told something more."""
        return replace(self, version=self.version + 1)

    def defined(self, requests: Iterable[UUID]) -> MeetingDefined:
        """Its event, with the requests for figures that its agenda has made."""
        return MeetingDefined(
            version=self.version,
            id=self.id,
            campaign=self.campaign,
            smo=self.smo,
            state=self.state,
            begins_at=self.begins_at,
            municipalities=list(self.municipalities),
            figures=list(requests),
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What was shown: as of when, and of whom; it never changes."""

    as_of: datetime
    day: date
    items: Sequence[Standing]

    def of(self, codes: Iterable[str]) -> "Figures":
        """Those of some municipalities alone."""
        wanted = set(codes)
        return replace(self, items=[item for item in self.items if item.municipality in wanted])


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an agenda; `request`: figures were asked for it, and came or will."""

    id: UUID
    number: int
    body: str
    request: UUID | None = None
    figures: Figures | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """A version of what was written of a meeting; number 0 is none."""

    number: int = 0
    body: str = ""
    by: str = ""
    written_at: datetime | None = None
