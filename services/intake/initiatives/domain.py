"""Initiatives and their rules. Pure: no database, no network, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar
from uuid import UUID

from contracts.appointments import Level
from contracts.initiatives import InitiativeEvent, InitiativeStatus
from contracts.structure import CampaignDefined
from services.chassis import text as texts
from services.chassis.errors import Conflict, Invalid
from services.chassis.text import whole_number
from services.intake.core.domain import local

REASON_LONGEST = 1000

HIGHEST = 2**63 - 1
"""No initiative has a higher number."""

DRAFT_TITLE_LONGEST, DRAFT_TEXT_LONGEST = 2_000, 20_000
"""Characters: what is still to be shortened is kept as well."""

DRAFTS_MOST = 50

DRAFT_KEPT = timedelta(days=90)
"""How long after it was saved last."""

UNDONE_WITHIN = timedelta(minutes=10)
"""How long a decision may be taken back; the author is told of it afterwards."""

UNDECIDED = frozenset({InitiativeStatus.SUBMITTED, InitiativeStatus.ACCEPTED})

AWAITED = UNDECIDED | {InitiativeStatus.DETERMINED}
"""In these a body is to decide; a returned one waits for its author."""

OPEN = AWAITED | {InitiativeStatus.RETURNED}
"""In these it may still be decided on, and its author may take it back."""

AnEvent = TypeVar("AnEvent", bound=InitiativeEvent)


@dataclass(frozen=True, slots=True)
class Draft:
    """An initiative as its author has written it."""

    direction: str
    organization: UUID | None
    form: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class DraftOf:
    """Which draft a page or a client holds, and in which version it knows it: 0 before it was ever saved."""

    id: UUID
    version: int = 0
    tab: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft that is kept."""

    id: UUID
    version: int
    saved_at: datetime
    draft: Draft
    begun_at: datetime | None = None
    """When it was saved first."""
    files: int = 0
    """How many were added to it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an initiative's history."""

    version: int
    status: InitiativeStatus
    happened_at: datetime
    reason: str | None
    note: str | None = None
    """What the author has corrected, in a word; none where the status is the step."""


@dataclass(frozen=True, slots=True)
class Initiative:
    """An initiative as intake stores it."""

    id: UUID
    number: int
    campaign: str
    municipality: str
    participant_id: UUID | None
    """Nobody once the author is erased."""
    organization: UUID | None
    direction: str
    classifiers: dict[str, str]
    title: str
    text: str
    submitted_at: datetime
    status: InitiativeStatus = InitiativeStatus.SUBMITTED
    version: int = 1
    held_since: datetime | None = None
    """Since when its holder has it; none: since it was submitted."""
    origin: Level | None = None
    """The level that wrote it, where its author is a body."""
    decided_by: Level | None = None
    in_time: bool | None = None
    """Whether the last decision kept the regulation's time."""
    merged_into: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Whether something may still become of it."""
        return self.status in OPEN

    @property
    def held_from(self) -> datetime:
        """Since when its holder has it."""
        return self.held_since or self.submitted_at

    def withdraw(self) -> "Initiative":
        """The initiative, withdrawn. Raises Conflict if it is closed already."""
        if not self.is_open:
            raise Conflict("initiative-closed", number=self.number)
        return replace(self, status=InitiativeStatus.WITHDRAWN, version=self.version + 1)

    def event(self, kind: type[AnEvent], campaign: CampaignDefined, **more: object) -> AnEvent:
        """An event of the initiative as it is now."""
        return kind.model_validate(
            {
                "id": self.id,
                "version": self.version,
                "number": self.number,
                "campaign": self.campaign,
                "municipality": self.municipality,
                "organization": self.organization,
                "direction": self.direction,
                "classifiers": self.classifiers,
                "participant": self.participant_id,
                "status": self.status,
                "submitted_at": local(self.submitted_at, campaign),
                "origin": self.origin,
                "decided_by": self.decided_by,
                "in_time": self.in_time,
                **more,
            }
        )


def begins_as(campaign: CampaignDefined) -> InitiativeStatus:
    """What a submitted initiative is: accepted at once, or when its direction's group says so."""
    at_once = campaign.life.acceptance == "at-once"
    return InitiativeStatus.ACCEPTED if at_once else InitiativeStatus.SUBMITTED


def check_direction(campaign: CampaignDefined, given: str) -> str:
    """A direction of the campaign's. Raises Invalid."""
    if given not in {direction.code for direction in campaign.directions}:
        raise Invalid("direction-unknown", field="direction")
    return given


def check_text(name: Literal["title", "text"], value: str, limit: int) -> str:
    """A title (of one line) or text as it is stored, within the limit in characters. Raises Invalid."""
    stored = texts.one_line(value) if name == "title" else texts.several_lines(value)
    return texts.check_length(stored, limit, f"{name}-empty", f"{name}-too-long", name)


def runs(numbers: Sequence[int]) -> list[str]:
    """Numbers in order as people read them: «15 330», and three or more in a row as «15 331–15 340»."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return [part for run in found for part in _run(run)]


def _run(run: Sequence[int]) -> list[str]:
    if len(run) < 3:
        return [whole_number(number) for number in run]
    return [f"{whole_number(run[0])}–{whole_number(run[-1])}"]


def check_draft(campaign: CampaignDefined, given: Draft) -> Draft:
    """A draft as it is stored: what is chosen from the lists, and text within the limits. Raises Invalid."""
    title, text = texts.one_line(given.title), texts.several_lines(given.text)
    if not (title or text):
        raise Invalid("draft-empty", field="text")
    limits = (("title", title, DRAFT_TITLE_LONGEST), ("text", text, DRAFT_TEXT_LONGEST))
    for field, written, limit in limits:
        if len(written) > limit:
            raise Invalid("draft-too-long", field=field, limit=limit, length=len(written))
    known = {direction.code for direction in campaign.directions}
    forms = {term.code for c in campaign.classifiers if c.code == "form" for term in c.values}
    direction = given.direction if given.direction in known else ""
    return Draft(direction, given.organization, given.form if given.form in forms else "", title, text)


def check_reason(given: str | None) -> str | None:
    """Why an initiative is withdrawn, as it is stored, if a reason is given. Raises Invalid."""
    reason = texts.several_lines(given or "")
    if len(reason) > REASON_LONGEST:
        raise Invalid("reason-too-long", field="reason", limit=REASON_LONGEST, length=len(reason))
    return reason or None
