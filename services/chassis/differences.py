"""What one text has that another has not, word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|\S+\s*")
"""With the space behind each: a space alone is found everywhere and says nothing."""

MOST = 500_000
"""Pairs of words that are compared: with more, what lies between the same beginning and end is one change."""


class Change(StrEnum):
    """What becomes of a part of a text."""

    SAME = "same"
    REMOVED = "removed"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text, and what becomes of it."""

    change: Change
    text: str


def differences(before: str, after: str) -> list[Part]:
    """The parts in the order in which they are read; what is removed stands before what is put there."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    begins = _same(old, new)
    ends = _same(old[begins:][::-1], new[begins:][::-1])
    was, now = old[begins : len(old) - ends], new[begins : len(new) - ends]
    parts = [
        Part(Change.SAME, "".join(old[:begins])),
        *_between(was, now),
        Part(Change.SAME, "".join(old[len(old) - ends :])),
    ]
    return [part for part in parts if part.text]


def _between(was: Sequence[str], now: Sequence[str]) -> Iterator[Part]:
    if len(was) * len(now) > MOST:
        yield from _changed(was, now)
        return
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part(Change.SAME, "".join(was[a:b]))
        else:
            yield from _changed(was[a:b], now[c:d])


def _changed(was: Sequence[str], now: Sequence[str]) -> Iterator[Part]:
    yield Part(Change.REMOVED, "".join(was))
    yield Part(Change.INSERTED, "".join(now))


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words are the same from the beginning."""
    pairs = zip(one, other, strict=False)
    return next((nth for nth, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
