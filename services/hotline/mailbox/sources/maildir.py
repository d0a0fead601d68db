"""Letters in maildirs on this machine: one for a line, in `new` what waits, in `cur` what was taken in."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from services.hotline.mailbox.sources import Away, Waiting

Result = TypeVar("Result")

NEW, TAKEN, SEEN = "new", "cur", ":2,S"


class Maildir:
    """A source whose folders are maildirs (cr.yp.to/proto/maildir.html) in one place."""

    def __init__(self, place: Path) -> None:
        """The place is made if it is not there. Raises OSError."""
        self._place = place
        place.mkdir(parents=True, exist_ok=True)

    async def folders(self) -> Mapping[str, str]:
        """Every maildir by its name. Raises Away."""
        return await self._outside(self._folders)

    async def waiting(self, folder: str, most: int) -> tuple[Sequence[Waiting], int]:
        """By the time at which they were delivered, as their names begin with it. Raises Away."""
        return await self._outside(self._waiting, folder, most)

    async def read(self, folder: str, letters: Sequence[Waiting], most: int) -> Sequence[bytes | None]:
        """Raises Away."""
        return await self._outside(lambda: [self._read(folder, each, most) for each in letters])

    async def put_away(self, folder: str, letters: Sequence[Waiting]) -> None:
        """Move them from `new` to `cur`. Raises Away."""
        await self._outside(self._put_away, folder, letters)

    async def close(self) -> None:
        """Nothing to do."""

    async def _outside(self, work: Callable[..., Result], *given: Any) -> Result:
        try:
            return await asyncio.to_thread(work, *given)
        except OSError as error:
            raise Away(type(error).__name__) from error

    def _folders(self) -> Mapping[str, str]:
        found = sorted(each.name for each in self._place.iterdir() if (each / NEW).is_dir())
        return {name.lower(): name for name in found}

    def _waiting(self, folder: str, most: int) -> tuple[Sequence[Waiting], int]:
        new = self._place / folder / NEW
        names = sorted(each.name for each in new.iterdir() if not each.name.startswith("."))
        found = []
        for name in names:
            with suppress(FileNotFoundError):
                file = new / name
                if file.is_file() and not file.is_symlink():
                    stat = file.stat()
                    found.append(Waiting(name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC)))
            if len(found) == most:
                break
        return found, len(names)

    def _read(self, folder: str, letter: Waiting, most: int) -> bytes | None:
        try:
            with (self._place / folder / NEW / letter.key).open("rb") as file:
                return file.read(most)
        except FileNotFoundError:
            return None

    def _put_away(self, folder: str, letters: Sequence[Waiting]) -> None:
        place = self._place / folder
        (place / TAKEN).mkdir(exist_ok=True)
        for letter in letters:
            with suppress(FileNotFoundError):
                name = letter.key.partition(":")[0]
                (place / NEW / letter.key).rename(place / TAKEN / f"{name}{SEEN}")
