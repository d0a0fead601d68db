"""Files that come with letters: which are kept, by what they are, and under which names."""

from dataclasses import dataclass
from enum import StrEnum

from services.chassis.contents import Unfit, kind_of, safe_name

LARGEST, MOST, ALL_LARGEST = 10_000_000, 20, 25_000_000
"""Bytes of one, how many, and bytes of all of one letter."""


class Kept(StrEnum):
    """Why a file was not kept."""

    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    UNKNOWN = "unknown"
    MACROS = "macros"


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a letter."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not kept: its name, its bytes, why."""

    name: str
    size: int
    why: Kept


def judged(files: list[tuple[str, bytes]]) -> tuple[list[File], list[Refusal]]:
    """Which files of a letter are kept, and which are not; by their names as given, and contents."""
    kept: list[File] = []
    refused: list[Refusal] = []
    for name, body in files:
        found = _judge(name, body, kept)
        if isinstance(found, File):
            kept.append(found)
        else:
            refused.append(Refusal(safe_name(name, ""), len(body), found))
    return kept, refused


def _judge(name: str, body: bytes, kept: list[File]) -> File | Kept:
    if len(body) > LARGEST or sum(len(each.body) for each in kept) + len(body) > ALL_LARGEST:
        return Kept.TOO_LARGE
    if len(kept) >= MOST:
        return Kept.TOO_MANY
    kind = kind_of(name, body)
    if isinstance(kind, Unfit):
        return Kept(kind.value)
    media_type, endings = kind
    return File(safe_name(name, endings), media_type, body)
