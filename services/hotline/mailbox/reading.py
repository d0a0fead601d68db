"""Reading letters of strangers, many at once, in a bounded process of its own."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from services.chassis.process.bounded import Bounds, Broken, Workbench
from services.hotline.mailbox.domain import batches
from services.hotline.mailbox.domain.letters import Letter

log = structlog.get_logger()

BOUNDS = Bounds(memory=1_200_000_000, cpu=60, seconds=90, answer=120_000_000)
ALONE = replace(BOUNDS, cpu=10, seconds=10)
"""Of a letter that is read again by itself: it may be meant to hold up all the others."""


class Unreadable(Exception):
    """A letter that the process which read it has not survived."""


class LetterReader:
    """Reads letters, one batch at a time."""

    def __init__(self) -> None:
        self._bench = Workbench(batches.read, BOUNDS, at_once=1, waiting=2)
        self._alone = Workbench(batches.read, ALONE, at_once=1, waiting=2)

    async def read(self, letters: Sequence[tuple[bytes, int]]) -> list[Letter | Unreadable]:
        """What each of these says; one that cannot be read costs no other."""
        bench = self._bench if len(letters) > 1 else self._alone
        try:
            return list(batches.unpacked(await bench.done(batches.packed(letters))))
        except (Broken, TimeoutError, ValueError, KeyError) as error:
            log.warning("letters_unreadable", count=len(letters), error=type(error).__name__)
            if len(letters) == 1:
                return [Unreadable(type(error).__name__)]
        return [each for letter in letters for each in await self.read([letter])]
