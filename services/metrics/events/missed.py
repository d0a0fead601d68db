"""Hearing what the roll-up announces. What was not heard is noticed by its marks, which move with all that
it does."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TypeAlias

import structlog

from services.chassis.db import notify
from services.chassis.db.notify import Heard
from services.chassis.db.pool import Pool
from services.chassis.process.settings import Settings
from services.chassis.streams import inbox
from services.chassis.streams.tail import Stream
from services.metrics.events import announcing, rollup
from services.metrics.store import figures

log = structlog.get_logger()

Marks: TypeAlias = dict[Stream, tuple[int, int]]
"""Stream → (epoch, number) up to which it is rolled up."""

NOWHERE = (0, 0)


class Missed:
    """Compares what was heard of the roll-up with how far it is."""

    def __init__(self) -> None:
        self._marks: Marks | None = None
        self._stood: Marks = {}

    async def heard(
        self, settings: Settings, pool: Pool, *channels: str
    ) -> AsyncIterator[Sequence[Heard] | None]:
        """What the roll-up announces, and what is announced on these channels, in bundles until cancelled: an
        empty one at rest, `None` wherever something was missed."""
        async for bundle in notify.heard(settings, announcing.CHANNEL, inbox.CHANNEL, *channels):
            try:
                taken = await self.take(pool, bundle)
            except notify.LOST as error:
                log.warning("figures_not_heard", error=type(error).__name__)
            else:
                yield taken

    async def take(self, pool: Pool, bundle: Sequence[Heard] | None) -> Sequence[Heard] | None:
        """The same of one bundle; of none, for which something may have been missed."""
        if bundle is None:
            return None if await self.look(pool) else []
        if self._marks is None or follow(self._marks, bundle):
            return bundle
        async with pool.acquire() as db:
            self._marks = await figures.marks(db, rollup.READER)
        return None

    async def look(self, pool: Pool) -> bool:
        """Whether something was missed: at first; when nothing was heard of where the roll-up stood at the
        look before (what it says may be on its way); and when it went back."""
        async with pool.acquire() as db:
            marks = await figures.marks(db, rollup.READER)
        known, before, self._stood = self._marks, self._stood, marks
        if known is not None:
            unheard = any(known.get(stream, NOWHERE) < mark for stream, mark in before.items())
            if not unheard and all(mark <= marks.get(stream, NOWHERE) for stream, mark in known.items()):
                return False
        self._marks = dict(marks)
        return True


def follow(marks: Marks, bundle: Iterable[Heard]) -> bool:
    """Move the marks as a bundle says; whether each of its steps begins where the one before ended. A stream
    of which one was missed stays where it was."""
    missed = set[Stream]()
    for heard in bundle:
        if heard.channel != inbox.CHANNEL or not heard.payload.startswith(f"{rollup.READER} "):
            continue
        _, topic, *numbers = heard.payload.split()
        partition, *places = map(int, numbers)
        stream, before, after = Stream(topic, partition), (places[0], places[1]), (places[2], places[3])
        known = marks.get(stream, NOWHERE)
        if after <= known:
            continue
        if before != known:
            missed.add(stream)
        elif stream not in missed:
            marks[stream] = after
    return not missed
