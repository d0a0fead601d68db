"""Which initiative of ours a row of the platform is, where that is beyond doubt."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

from services.directory.russian import search_text

Key = TypeVar("Key")


class How(StrEnum):
    """By what a row and an initiative were found to be the same."""

    NUMBER = "number"
    TITLE = "title"
    HAND = "hand"


class Ours(NamedTuple):
    """An initiative of ours. `titled`: whether its title counts; not that of one which was taken back."""

    id: UUID
    number: int
    title: str
    titled: bool


class Theirs(NamedTuple):
    """A row of the platform in the same municipality. `free`: whether it waits for a link."""

    number: str
    own: int | None
    title: str
    free: bool


class Link(NamedTuple):
    """A row of the platform, the initiative that it is, and by what that was found."""

    number: str
    initiative_id: UUID
    how: How


def links(ours: Sequence[Ours], theirs: Sequence[Theirs], taken: Collection[UUID]) -> list[Link]:
    """The links of a municipality that leave no doubt: our number stands in one row alone, or one row and one
    initiative bear a title. `taken`: initiatives that are linked already."""
    by_number = _by_number(ours, theirs, taken)
    known = {*taken, *(link.initiative_id for link in by_number)}
    done = {link.number for link in by_number}
    return [*by_number, *(link for link in _by_title(ours, theirs, known) if link.number not in done)]


def _by_number(ours: Sequence[Ours], theirs: Sequence[Theirs], taken: Collection[UUID]) -> list[Link]:
    known = {one.number: one.id for one in ours if one.id not in taken}
    said = Counter(row.own for row in theirs)
    return [
        Link(row.number, known[row.own], How.NUMBER)
        for row in theirs
        if row.free and row.own in known and said[row.own] == 1
    ]


def _by_title(ours: Sequence[Ours], theirs: Sequence[Theirs], taken: Collection[UUID]) -> list[Link]:
    known = _alone({one.id: _words(one.title) for one in ours if one.titled})
    rows = _alone({row.number: _words(row.title) for row in theirs})
    free = {row.number for row in theirs if row.free and row.own is None}
    return [
        Link(number, known[title], How.TITLE)
        for title, number in rows.items()
        if title and title in known and number in free and known[title] not in taken
    ]


def _alone(titles: Mapping[Key, str]) -> dict[str, Key]:
    """The titles that one alone bears, and whose they are."""
    count = Counter(titles.values())
    return {title: whose for whose, title in titles.items() if count[title] == 1}


def _words(title: str) -> str:
    """A title without case, quotes and full stops, which platforms change."""
    return " ".join(re.findall(r"\w+", search_text(title)))
