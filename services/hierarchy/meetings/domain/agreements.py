"""Agreements (договорённости): what a municipality has promised at a meeting, and by when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis import text
from services.chassis.days import DaySlugs, check_day
from services.chassis.errors import Checks, Conflict, Invalid
from services.hierarchy.meetings.domain.meetings import Meeting
from services.hierarchy.meetings.domain.planning import Frame

LONGEST = 1_000
LONGEST_MINUTES = 50_000
DUE = DaySlugs("agreement-due", "agreement-due-early", "agreement-due-late")


class State(StrEnum):
    """What became of an agreement."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


STATES: dict[State, str] = {
    State.OPEN: "в работе",
    State.DONE: "выполнена",
    State.DROPPED: "снята",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a municipality does by a day; `settled_by`: who has set the state that it has."""

    municipality: str
    id: UUID
    meeting: UUID
    smo: str
    body: str
    due: date
    state: State
    made_at: datetime
    settled_at: datetime
    settled_by: str = ""
    """Their name."""
    place: str = ""
    """The municipality's name."""
    title: str = ""
    """Of the meeting where it was made, which began at `met_at`."""
    met_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"agreement:{self.id}"

    def is_overdue(self, day: date) -> bool:
        """Whether it was to be done before a day."""
        return self.state is State.OPEN and self.due < day


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement as it is typed."""

    municipality: str
    body: str
    due: str


def check_agreed(given: Agreed, meeting: Meeting, frame: Frame) -> tuple[str, date]:
    """What is done and by when, by a municipality that was invited. Raises Invalid with everything wrong."""
    checks, body = Checks(), text.several_lines(given.body)
    if given.municipality not in meeting.municipalities:
        checks.note(Invalid("agreement-owner", field="municipality"))
    checks.take(lambda: text.check_length(body, LONGEST, "agreement-text", "agreement-text", field="body"))
    first, last = meeting.begins_at.astimezone(frame.zone).date(), frame.campaign.close_until
    due = checks.take(lambda: check_day(given.due, first, last, DUE, field="due"))
    checks.settle()
    return body, due


def check_state(given: str, before: State, seen: str) -> State:
    """Raises Invalid for a word that is no state, Conflict if somebody else has set another meanwhile."""
    try:
        wanted = State(given)
    except ValueError as error:
        raise Invalid("agreement-state", field="state") from error
    if seen and seen != before:
        raise Conflict("agreement-changed", state=STATES[before])
    return wanted


def check_minutes(given: str) -> str:
    """The text as it is stored. Raises Invalid."""
    body = text.several_lines(given)
    return text.check_length(body, LONGEST_MINUTES, "minutes-text", "minutes-text", field="body")
