"""What is suggested to an author: another title and text. Pure: no database, no network, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.structure import CampaignDefined
from services.chassis.errors import Checks, Invalid
from services.intake.help.domain.requests import check_word
from services.intake.initiatives.domain import check_text


class State(StrEnum):
    """What the author has said of a suggestion; `replaced`: nothing, before the next one came."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Wording:
    """A title and a text, and the version of the draft or the initiative that has them."""

    title: str
    text: str
    version: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was suggested; `account`: nobody for an executor; `base_version`: of what it was written against;
    `answer`: the author's word."""

    id: UUID
    nth: int
    title: str
    text: str
    note: str
    base_version: int
    account: UUID | None
    name: str
    suggested_at: datetime
    state: State = State.OPEN
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """A title and a text as they were typed, and a word to the author."""

    title: str
    text: str
    note: str = ""


def check(given: Suggested, present: Wording, campaign: CampaignDefined) -> Suggested:
    """A suggestion as it is stored. Raises Invalid with everything wrong, also where it changes nothing."""
    checks = Checks()
    title = checks.take(lambda: check_text("title", given.title, campaign.limits.title))
    text = checks.take(lambda: check_text("text", given.text, campaign.limits.text))
    note = checks.take(lambda: check_word(given.note, "note"))
    checks.settle()
    if (title, text) == (present.title, present.text):
        raise Invalid("help-suggestion-same", field="text")
    return Suggested(title, text, note)


def open_one(suggestions: Sequence[Suggestion]) -> Suggestion | None:
    """The one that the author has not answered yet."""
    return next((each for each in suggestions if each.state is State.OPEN), None)
