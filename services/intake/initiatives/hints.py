"""Hints before an initiative is submitted: those of the same municipality that are nearly the same.

A hint, never a refusal; and no submission waits for it for longer than `LONGEST`.
"""

import asyncio
from collections import OrderedDict

import structlog
import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.intake.initiatives.commands.submit_initiative import Submission, Submitted
from services.intake.initiatives.domain import HIGHEST
from services.intake.initiatives.likeness import Index
from services.intake.initiatives.store import hints
from services.intake.initiatives.store.hints import Alike

LONGEST = 0.3
"""Seconds: after this there is no hint, and what is being read meanwhile is there for the next one."""

SHOWN = 5

REMEMBERED, MUNICIPALITIES = 5_000, 8
"""The newest initiatives of each, and how many of those are kept in memory."""

TOGETHER = 250
"""Read at once: other requests are answered in between."""

AGAIN = 50
"""Numbers below the highest that are read again: they are not committed in their order."""

log = structlog.get_logger()


class Hints:
    """What one process remembers of the municipalities in which something was submitted last."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._read: OrderedDict[str, tuple[Index, int]] = OrderedDict()
        self._reading: dict[str, asyncio.Task[Index]] = {}

    async def alike(self, submission: Submission) -> list[Alike]:
        """Those that may be the same, at most `SHOWN`; nothing for a request that was answered before, and
        nothing where that cannot be known in time."""
        who = submission.who
        try:
            async with asyncio.timeout(LONGEST):
                index = await self._fresh(who.municipality)
                return await self._found(index, submission)
        except Exception as error:
            # Whatever it is, the initiative is submitted.
            log.warning("hint_left_out", municipality=who.municipality, error=type(error).__name__)
            return []

    async def _found(self, index: Index, submission: Submission) -> list[Alike]:
        who = submission.who
        async with self._pool.acquire() as db, db.transaction():
            if await _was_submitted(db, submission.at):
                return []
            await tenancy.see(db, who.municipality)
            id_ = uuid_utils.compat.uuid7()
            words = await hints.words_of(db, id_, submission.title, submission.text)
            return await hints.shown(db, who, index.alike(words, SHOWN))

    async def _fresh(self, municipality: str) -> Index:
        # Shielded: whoever does not wait until it is read leaves it to the next.
        if (reading := self._reading.get(municipality)) is None:
            reading = self._reading[municipality] = asyncio.create_task(self._look(municipality))
            reading.add_done_callback(lambda done: self._done(municipality, done))
        return await asyncio.shield(reading)

    def _done(self, municipality: str, done: asyncio.Task[Index]) -> None:
        del self._reading[municipality]
        if not done.cancelled() and (error := done.exception()):
            log.warning("hints_wait", municipality=municipality, error=type(error).__name__)

    async def _look(self, municipality: str) -> Index:
        index, highest = self._read.get(municipality, (Index(), 0))
        if len(index) > 2 * REMEMBERED:
            index, highest = Index(), 0
        newest = await self._read_into(index, municipality, highest)
        self._read[municipality] = index, newest
        self._read.move_to_end(municipality)
        if len(self._read) > MUNICIPALITIES:
            self._read.popitem(last=False)
        return index

    async def _read_into(self, index: Index, municipality: str, known: int) -> int:
        """Read the newest, down to those that are known; the highest number."""
        below, highest, at_once = HIGHEST, known, 2 * AGAIN if known else TOGETHER
        for _ in range(0, REMEMBERED, TOGETHER):
            async with self._pool.acquire() as db, db.transaction():
                await tenancy.see(db, municipality)
                found = await hints.newest(db, municipality, below, at_once)
            for number, words in found:
                index.add(words)
                highest = max(highest, number)
            if len(found) < at_once or found[-1][0] < known - AGAIN:
                break
            below, at_once = found[-1][0], TOGETHER
        return highest

    async def aclose(self) -> None:
        """Leave what is being read."""
        for reading in (left := list(self._reading.values())):
            reading.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _was_submitted(db: Db, at: Moment) -> bool:
    return bool(at.repeat and await idempotency.earlier_many(db, [at.repeat], Submitted))
