"""Files of drafts and initiatives: how many, how large, and how far each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.chassis.contents import size_in_words
from services.chassis.errors import Conflict, Invalid

LARGEST, MOST, ALL_LARGEST = 10_000_000, 10, 30_000_000
"""Bytes of one, how many, and bytes of all of a draft or an initiative."""

MEGABYTE = 1_000_000


class AttachmentState(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    """For the scanner: nobody gets it yet."""
    KEPT = "kept"
    INFECTED = "infected"
    """It was removed; what remains says so to its author."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file that may be kept: its name as it is saved, what it is, its bytes."""

    name: str
    media_type: str
    body: bytes


class Holder(NamedTuple):
    """An initiative, or a draft: whose it is belongs to it, as its id is chosen by the author's browser."""

    municipality: str
    id: UUID
    draft_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a draft or an initiative. `key`: where it is stored; nowhere once it is removed."""

    municipality: str
    id: UUID
    name: str
    media_type: str
    size: int
    key: str | None
    state: AttachmentState
    added_at: datetime

    @property
    def is_shown(self) -> bool:
        """Whether it may be downloaded."""
        return self.state is AttachmentState.KEPT

    @property
    def size_in_words(self) -> str:
        """«120 КБ»."""
        return size_in_words(self.size)


def key_of(id_: UUID) -> str:
    """Where a file is stored, whichever municipality its initiative moves to."""
    return f"attachments/{id_}"


def check_size(size: int) -> None:
    """Raises Invalid for a file that is empty or too large."""
    if not size:
        raise Invalid("attachment-empty", field="file")
    if size > LARGEST:
        raise Invalid("attachment-size", field="file", limit=LARGEST // MEGABYTE)


def check_room(kept: Sequence[Attachment], size: int) -> None:
    """Raises Conflict where one more would be too many, or all together too large."""
    counted = [each for each in kept if each.state is not AttachmentState.INFECTED]
    if len(counted) >= MOST:
        raise Conflict("attachments-many", field="file", limit=MOST)
    if sum(each.size for each in counted) + size > ALL_LARGEST:
        raise Conflict("attachments-size", field="file", limit=ALL_LARGEST // MEGABYTE)
