"""Reports of orders as they are typed, and what is refused of them."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis import text
from services.chassis.errors import Invalid
from services.hierarchy.orders.domain.orders import DoneBy
from services.hierarchy.orders.domain.tasks import Report

LONGEST = 4_000
LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Reported:
    """A report as it is typed; the file is one that its author has attached before."""

    text: str = ""
    number: str = ""
    file: UUID | None = None


def check_report(given: Reported, done_by: DoneBy) -> Report:
    """What counts as done is there; words may stand beside it. Raises Invalid."""
    words = text.several_lines(given.text)
    if done_by is DoneBy.TEXT or words:
        text.check_length(words, LONGEST, "report-text", "report-text", field="text")
    number = _number(given.number) if done_by is DoneBy.NUMBER else None
    if done_by is DoneBy.FILE and given.file is None:
        raise Invalid("report-file", field="file")
    return Report(words, number, given.file)


def _number(given: str) -> int:
    """«1 204» too."""
    digits = "".join(given.split())
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 13 and int(digits) <= LARGEST):
        raise Invalid("report-number", field="number")
    return int(digits)
