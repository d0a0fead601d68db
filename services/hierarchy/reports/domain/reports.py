"""Summaries (сводки): of a coordinator to the working group, of a group to the Head."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from contracts.appointments import Level, Scope
from contracts.results import Counted
from contracts.structure import CampaignDefined
from contracts.work import ReportDefined, ReportState
from services.chassis import text
from services.chassis.days import in_words, today
from services.chassis.errors import Conflict, Invalid
from services.hierarchy.core.domain.places import Place
from services.hierarchy.reports.domain.cadence import Period
from services.hierarchy.reports.domain.figures import (
    Declared,
    Figure,
    added,
    of_counted,
    with_declared,
)

LONGEST_NOTES, LONGEST_NAME, MOST_THEMES = 10_000, 200, 50

THEME = re.compile(r"^(?P<name>.*?)(?:\s*[–\u2014:-]\s*(?P<number>\d{1,6}))?$")


@dataclass(frozen=True, slots=True)
class Theme:
    """What the coordinator has put together: «Ремонт дворов», and how many initiatives that are, if said."""

    name: str
    number: int | None = None

    @property
    def words(self) -> str:
        """As it is typed."""
        return self.name if self.number is None else f"{self.name} – {self.number}"


@dataclass(frozen=True, slots=True)
class Line:
    """A coordinator's part in a group's summary. `number`: which version was sent, 0: none; `by`: who sent
    it."""

    report: UUID
    name: str
    number: int
    by: str
    figures: dict[str, Figure]
    counted: Counted | None
    notes: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """All that a summary says; of a group with its lines, of which the figures are the sum."""

    notes: str = ""
    themes: tuple[Theme, ...] = ()
    declared: tuple[Declared, ...] = ()
    counted: Counted | None = None
    as_of: datetime | None = None
    lines: tuple[Line, ...] | None = None

    @property
    def computed(self) -> dict[str, Figure]:
        """The figures before anything is declared."""
        if self.lines is None:
            return of_counted(self.counted, ())
        return added(line.figures for line in self.lines)

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures as they are stated."""
        return with_declared(self.computed, self.declared)

    @property
    def differs(self) -> bool:
        """Whether anything that is declared is not what was counted."""
        return any(each.difference for each in self.figures.values())

    @property
    def missing(self) -> list[Line]:
        """The coordinators who have sent nothing."""
        return [line for line in self.lines or () if not line.number]


@dataclass(frozen=True, slots=True)
class Report:
    """A summary of one line. `name`: of the organization or the group; `request`: what metrics was asked for
    last; `counted`, `as_of`: what it has answered, to which request (`answered`); `number`: which version was
    sent last, 0: none."""

    municipality: str
    id: UUID
    campaign: str
    level: Level
    working_group: UUID
    organization: UUID | None
    name: str
    period: Period
    due_at: datetime
    moved: str
    request: UUID | None = None
    answered: UUID | None = None
    counted: Counted | None = None
    as_of: datetime | None = None
    notes: str = ""
    themes: tuple[Theme, ...] = ()
    declared: tuple[Declared, ...] = ()
    number: int = 0
    sent_at: datetime | None = None
    in_time: bool | None = None
    differs: bool = False
    version: int = 1

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"report:{self.id}"

    @property
    def place(self) -> Place:
        """Where authority over it is asked: in the line of subordination in which it goes up."""
        group = self.working_group
        if self.organization:
            return Place(Scope.ORGANIZATION, str(self.organization), self.municipality, self.name, group)
        return Place(Scope.GROUP, str(group), self.municipality, self.name, group)

    @property
    def of_group(self) -> bool:
        """Whether it is a group's."""
        return self.level is Level.GROUP

    @property
    def is_being_counted(self) -> bool:
        """Whether metrics has not answered yet."""
        return self.request != self.answered

    def is_late(self, now: datetime) -> bool:
        """Whether it should have been sent by now."""
        return not self.number and self.due_at < now

    def write(self, notes: str, themes: tuple[Theme, ...], declared: tuple[Declared, ...]) -> "Report":
        """With what its author says, not sent yet."""
        return replace(self, notes=notes, themes=themes, declared=declared)

    def ask(self, request: UUID) -> "Report":
        """With another request for figures; what stands stays until it is answered."""
        return replace(self, request=request, version=self.version + 1)

    def send(self, content: Content, at: datetime) -> "Report":
        """The next version is sent: frozen from now on."""
        first = self.sent_at or at
        return replace(
            self,
            number=self.number + 1,
            sent_at=first,
            in_time=first <= self.due_at,
            differs=content.differs,
            version=self.version + 1,
        )

    def defined(self) -> ReportDefined:
        """The event of its present state."""
        return ReportDefined(
            version=self.version,
            id=self.id,
            municipality=self.municipality,
            campaign=self.campaign,
            level=self.level,
            group=self.working_group,
            organization=self.organization,
            period_from=self.period.first,
            period_to=self.period.last,
            due_at=self.due_at.astimezone(UTC),
            state=ReportState.SENT if self.number else ReportState.DUE,
            number=self.number,
            sent_at=self.sent_at,
            in_time=self.in_time,
            declared=self.differs,
            figures=self.request,
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A version as it was sent, for good."""

    number: int
    content: Content
    sent_at: datetime
    sent_by: UUID
    by: str = field(default="", compare=False)


def check_open(campaign: CampaignDefined, now: datetime) -> None:
    """Summaries are written, sent and corrected until the campaign closes (rule 4). Raises Conflict."""
    if today(campaign.time_zone, now) > campaign.close_until:
        raise Conflict("summaries-closed", last=in_words(campaign.close_until))


def check_notes(given: str) -> str:
    """What the author adds; it may be empty. Raises Invalid."""
    notes = text.several_lines(given)
    if len(notes) > LONGEST_NOTES:
        raise Invalid("summary-notes", field="notes", limit=LONGEST_NOTES)
    return notes


def themes_of(typed: str) -> list[Theme]:
    """Themes as they are typed: one a line, «Ремонт дворов – 5» or without a number."""
    found = (THEME.match(text.one_line(line)) for line in text.several_lines(typed).splitlines())
    return [
        Theme(each["name"], int(each["number"]) if each["number"] else None)
        for each in found
        if each and each["name"]
    ]


def check_themes(given: Sequence[Theme]) -> tuple[Theme, ...]:
    """Raises Invalid."""
    themes = [replace(each, name=text.one_line(each.name)) for each in given]
    wrong = [t for t in themes if not t.name or len(t.name) > LONGEST_NAME or (t.number or 0) < 0]
    if wrong or len(themes) > MOST_THEMES or any((each.number or 0) > 10**6 for each in themes):
        raise Invalid("summary-themes", field="groups", most=MOST_THEMES, limit=LONGEST_NAME)
    return tuple(themes)
