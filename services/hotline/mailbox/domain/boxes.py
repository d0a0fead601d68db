"""Whose a mailbox is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox of a line: of which municipality, which line, and whose inquiries its letters may go on with.
    `lines`: the addresses of all lines, which never answer each other; `sender`: that of our own letters."""

    municipality: str
    line: UUID | None = None
    reach: Sequence[str] = ()
    lines: frozenset[str] = frozenset()
    sender: str = ""
