"""Where letters wait: a folder of folders on this machine, or an IMAP server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Away(Exception):
    """The letters cannot be reached now, and why: it is logged, and has no word of a letter. None is lost."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that waits: how its source finds it, its bytes, since when it waits."""

    key: str
    size: int
    since: datetime


class Source(Protocol):
    """Letters in folders, one folder for a line. What is put away is kept, and is not listed again; until
    then a letter is listed as often as it is asked for, so whoever takes it must know it again."""

    async def folders(self) -> Mapping[str, str]:
        """The names of folders, in small letters, and how this source finds them. Raises Away."""

    async def waiting(self, folder: str, most: int) -> tuple[Sequence[Waiting], int]:
        """The letters that have waited longest, `most` at most, and how many wait. Raises Away."""

    async def read(self, folder: str, letters: Sequence[Waiting], most: int) -> Sequence[bytes | None]:
        """The content of each, or its first `most` bytes; none if it is not there any more. Raises Away."""

    async def put_away(self, folder: str, letters: Sequence[Waiting]) -> None:
        """Keep these where they are not listed again. Raises Away."""

    async def close(self) -> None:
        """Nothing more is read for now."""
