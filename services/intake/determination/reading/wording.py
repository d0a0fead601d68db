"""What its author changed in an initiative's words. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from services.intake.initiatives.course import Wording
from services.intake.initiatives.domain import Initiative

COMPARED = 1200
"""Words and spaces in which two texts may differ, to be compared one by one: more takes long to tell apart,
and to read."""

WORD = re.compile(r"\S+|\s+")


class Change(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    """Words of a text, one after the other, that share what became of them."""

    change: Change
    words: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What an initiative said until then, beside what its author wrote instead."""

    until: datetime
    title: Sequence[Part]
    text: Sequence[Part]


def rewritten(initiative: Initiative, wordings: Sequence[Wording]) -> list[Rewritten]:
    """Each earlier wording beside the one that followed, the latest first."""
    said = [(one.title, one.text) for one in wordings] + [(initiative.title, initiative.text)]
    found = [
        Rewritten(one.replaced_at, changes(title, next_title), changes(text, next_text))
        for one, ((title, text), (next_title, next_text)) in zip(wordings, pairwise(said), strict=True)
    ]
    return found[::-1]


def changes(before: str, after: str) -> list[Part]:
    """The words of both texts in the order of reading, each once where they agree."""
    old, new = WORD.findall(before), WORD.findall(after)
    begins = _agree(old, new)
    ends = _agree(old[begins:][::-1], new[begins:][::-1])
    between = slice(begins, len(old) - ends), slice(begins, len(new) - ends)
    parts = [
        Part(Change.KEPT, "".join(old[:begins])),
        *_between(old[between[0]], new[between[1]]),
        Part(Change.KEPT, "".join(old[len(old) - ends :])),
    ]
    return [part for part in parts if part.words]


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    steps: Sequence[tuple[str, int, int, int, int]] = [("replace", 0, len(old), 0, len(new))]
    if len(old) + len(new) <= COMPARED:
        # A space alone is no word that both have.
        steps = SequenceMatcher(str.isspace, old, new).get_opcodes()
    for step, a, b, c, d in steps:
        if step == "equal":
            yield Part(Change.KEPT, "".join(old[a:b]))
            continue
        yield Part(Change.REMOVED, "".join(old[a:b]))
        yield Part(Change.ADDED, "".join(new[c:d]))


def _agree(old: Sequence[str], new: Sequence[str]) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
