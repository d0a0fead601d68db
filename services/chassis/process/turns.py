"""Heavy work: a few at a time, some more wait, whoever comes then is told to come again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.chassis.errors import Unavailable


class Turns:
    """Lets `at_once` work and `waiting` wait, these included: a flood holds up nobody for long."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._most, self._waiting = waiting, 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The block is run in its turn. Raises Unavailable if too many wait."""
        if self._waiting >= self._most:
            raise Unavailable("temporarily-unavailable")
        self._waiting += 1
        try:
            async with self._slots:
                yield
        finally:
            self._waiting -= 1
