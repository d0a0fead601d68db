"""An answer to reuse: its versions, which of them is in use, and who may change it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.event import REGION
from services.chassis import text as texts
from services.chassis.errors import Conflict
from services.hotline.answers.domain import placeholders
from services.hotline.core.authority import Deed

TITLE_LONGEST, TEXT_LONGEST = 200, 10_000
QUERY_LONGEST, MOST_WORDS = 200, 12
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """What an answer says: the question as its title, the text, and the theme."""

    theme: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """What was written, by whom, and who approved it."""

    nth: int
    wording: Wording
    written_by: UUID
    written_by_name: str
    written_at: datetime
    approved_by_name: str = ""
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer without its words: the version that was written last, and the one that is in use."""

    municipality: str
    id: UUID
    latest: int = 1
    in_use: int | None = None
    published: bool = False
    removed_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"answer:{self.id}"

    @property
    def is_pending(self) -> bool:
        """Whether a version waits for approval."""
        return self.in_use != self.latest

    def rewritten(self, seen: int) -> "Answer":
        """With another version, which waits for approval. Raises Conflict if it is not the one they saw."""
        return replace(self, latest=_same(self.latest, seen) + 1)

    def approved(self, nth: int) -> "Answer":
        """With its latest version in use. Raises Conflict if it is not the one they read."""
        return replace(self, in_use=_same(self.latest, nth))

    def shown(self, published: bool) -> "Answer":
        """Shown to everybody, or not any more. Raises Conflict for what was never approved."""
        if published and self.in_use is None:
            raise Conflict("answer-not-approved")
        return replace(self, published=published)

    def removed(self, at: datetime) -> "Answer":
        """Not used any more."""
        return replace(self, removed_at=at, published=False)


def _same(latest: int, seen: int) -> int:
    if latest != seen:
        raise Conflict("answer-changed")
    return latest


def drafting(municipality: str) -> Deed:
    """What somebody has to be allowed to do who writes an answer of a municipality, or of the region."""
    return Deed.KEEP_REGION_ANSWERS if municipality == REGION else Deed.WORK


def approving(municipality: str) -> Deed:
    """The same of somebody who approves, publishes or removes one."""
    return Deed.KEEP_REGION_ANSWERS if municipality == REGION else Deed.APPROVE_ANSWERS


def check_title(given: str) -> str:
    """A title as it is stored. Raises Invalid."""
    stored = texts.one_line(given)
    return texts.check_length(stored, TITLE_LONGEST, "answer-title-empty", "answer-title-too-long", "title")


def check_text(given: str) -> str:
    """A text as it is stored, its placeholders written alike. Raises Invalid."""
    stored = texts.several_lines(given)
    slugs = ("answer-text-empty", "answer-text-too-long")
    return placeholders.check(texts.check_length(stored, TEXT_LONGEST, *slugs, "text"))


def words_of(query: str) -> list[str]:
    """The words that are searched, of however much somebody has typed."""
    line = texts.one_line(query[:QUERY_LONGEST]).lower().replace("ё", "е")
    return list(dict.fromkeys(WORD.findall(line)))[:MOST_WORDS]
