"""Hearing what the roll-up announces. What was not heard is noticed by its marks, which move with all that
it does."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
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

Marks: TypeAlias = Mapping[Stream, tuple[int, int]]
"""Stream → (epoch, number) up to which it is rolled up."""


class Missed:
    """Compares what was heard of the roll-up with how far it is."""

    def __init__(self) -> None:
        self._marks: dict[Stream, tuple[int, int]] | None = None
        self._suspected = False

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
        self.hear(bundle)
        return bundle

    def hear(self, bundle: Iterable[Heard]) -> None:
        """Remember what was announced."""
        if self._marks is not None:
            self._marks.update(marks_in(bundle))

    async def look(self, pool: Pool) -> bool:
        """Whether something was missed, if nothing is heard at present: at first, and when the roll-up has
        moved all the same. Twice in a row, for what it says may be on its way."""
        async with pool.acquire() as db:
            marks = await figures.marks(db, rollup.READER)
        before, self._suspected = self._suspected, marks != self._marks
        if self._marks is not None and not (before and self._suspected):
            return False
        self._marks, self._suspected = marks, False
        return True


def marks_in(bundle: Iterable[Heard]) -> Marks:
    """How far the roll-up is, as a bundle says."""
    marks: dict[Stream, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for heard in bundle:
        if heard.channel == inbox.CHANNEL and heard.payload.startswith(f"{rollup.READER} "):
            _, topic, partition, epoch, mark = heard.payload.split()
            stream = Stream(topic, int(partition))
            marks[stream] = max(marks[stream], (int(epoch), int(mark)))
    return dict(marks)
