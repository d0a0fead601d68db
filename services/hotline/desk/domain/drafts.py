"""What somebody has begun to write: of a case, or a case that is not there yet. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.errors import Invalid

NEW = "new"
"""A case that is not there yet; with a number behind a colon, of that caller."""

ABOUT_LONGEST, VALUE_LONGEST = 100, 12_000

OF_CASE = ("text", "note", "why", "reason")
OF_NEW = (
    *("municipality", "phone", "name", "email", "theme", "channel", "text", "who", "call", "line"),
    *("organization", "organization_q"),
)
"""The fields that are kept."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed and not sent, by field."""

    about: str
    content: Mapping[str, str]
    kept_at: datetime

    @property
    def called(self) -> str:
        """Of which caller a new case is."""
        return self.content.get("name") or self.content.get("phone") or ""


def about_caller(phone: str) -> str:
    """The draft of a new case; each caller has their own."""
    return f"{NEW}:{phone}" if phone else NEW


def check_about(given: str) -> UUID | None:
    """The case that a draft is about; none for a new one. Raises Invalid."""
    if given == NEW or (given.startswith(f"{NEW}:") and len(given) <= ABOUT_LONGEST):
        return None
    try:
        return UUID(given)
    except ValueError as error:
        raise Invalid("draft-unknown", field="about") from error


def content_of(about: str, given: Mapping[str, str]) -> dict[str, str]:
    """What of a form is kept, empty fields too; each shortened to what it may have."""
    fields = OF_CASE if check_about(about) else OF_NEW
    return {name: given[name].replace("\0", "")[:VALUE_LONGEST] for name in fields if name in given}


def typed(content: Mapping[str, str]) -> dict[str, str]:
    """The fields in which anything stands."""
    return {name: value for name, value in content.items() if value.strip()}
