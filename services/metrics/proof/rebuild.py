"""Count everything anew from sequence 1 in a second table set while the first serves; compare; swap."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.chassis.db import queries
from services.chassis.db.pool import Db, Pool, Session
from services.chassis.process.settings import Settings
from services.chassis.streams import inbox, kafka, taking
from services.chassis.streams.inbox import Place
from services.chassis.streams.kafka import Record
from services.chassis.streams.tail import Stream
from services.metrics.domain import Key
from services.metrics.events import announcing, rollup
from services.metrics.proof.verify import STREAMS
from services.metrics.store import figures, results

sql = queries.load("services.metrics.store", "rebuild.sql")

READER = "metrics.rebuild"
AT_ONCE = 8000
PATIENCE = 30
"""Seconds to wait for a relay to send again what the log lacks."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many events are counted, of how many."""

CLOSE_ENOUGH = 2000
"""Records behind the live marks at which the live reader may be held up for the rest."""


class Compared(NamedTuple):
    """How many results are frozen, and of how many the figures of their day were recounted otherwise."""

    frozen: int
    differing: int


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How a rebuild ended: how many events, which counters differ (key, live, rebuilt), swapped? And how many
    frozen results differ from what was recounted: they stay as they are, the difference is a correction."""

    events: int
    differences: list[tuple[Key, int, int]]
    swapped: bool
    compared: Compared


class LogTooShort(Exception):
    """The topic does not reach the live mark: it cannot be the source of a rebuild."""


class AlreadyRebuilding(Exception):
    """Another rebuild counts into the spare table set."""


@asynccontextmanager
async def _alone(owner: Session) -> AsyncIterator[None]:
    if not await owner.fetchval(sql.alone):
        raise AlreadyRebuilding
    try:
        yield
    finally:
        await owner.execute(sql.alone_no_more)


async def rebuild(
    settings: Settings,
    owner: Session,
    spare: Pool,
    accept: bool,
    progress: Progress = lambda *_: None,
) -> Rebuilt:
    """Rebuild beside the live figures and take their place if nothing differs (or `accept`).

    `owner` owns the tables; `spare` is a pool whose search path begins with the spare table set.
    Raises LogTooShort if the topics hold less than what the live figures have counted, and AlreadyRebuilding.
    """
    async with _alone(owner):
        return await _rebuild(settings, owner, spare, accept, progress)


async def _rebuild(
    settings: Settings, owner: Session, spare: Pool, accept: bool, progress: Progress
) -> Rebuilt:
    async with owner.transaction():
        await owner.execute(sql.forget_marks, READER)
        await owner.execute(sql.forget_dead_letters, READER)
        await owner.execute(sql.empty)
    async with kafka.groupless(settings, STREAMS) as consumer:
        counting = Counting(settings, spare, consumer, progress)
        while await counting.up_to(await figures.marks(owner, rollup.READER)) > CLOSE_ENOUGH:
            pass
        async with owner.transaction():
            await hold(owner)
            await counting.up_to(await figures.marks(owner, rollup.READER))
            differences = await compare(owner, spare)
            compared = await compare_frozen(spare)
            swapped = accept or not differences
            if swapped:
                await owner.execute(sql.take_parked, rollup.READER, READER)
                await owner.execute(sql.forget_dead_letters, rollup.READER)
                await owner.execute(sql.take_dead_letters, rollup.READER, READER)
                await owner.execute(sql.nothing_left)
                await owner.execute(sql.swap)
                await owner.fetchval(sql.tell_everybody, announcing.CHANNEL, announcing.ANEW)
            await owner.execute(sql.forget_dead_letters, READER)
            await owner.execute(sql.forget_marks, READER)
    return Rebuilt(counting.counted, differences, swapped, compared)


async def hold(owner: Db) -> None:
    """Let nobody freeze from the figures, nor count into them, until this transaction ends."""
    # In this order: whoever freezes has its turn first and asks for the marks then.
    await results.keep_alone(owner)
    await owner.fetch(sql.hold, rollup.READER)


class Counting:
    """Reads the topics into the spare table set, never beyond the live marks."""

    def __init__(
        self, settings: Settings, spare: Pool, consumer: AIOKafkaConsumer, progress: Progress
    ) -> None:
        self._settings, self._spare, self._consumer, self._progress = settings, spare, consumer, progress
        self._readers = {reader.topic: reader for reader in rollup.readers(READER)}
        self._places: dict[Stream, Place] = {}
        self._total = 0
        self.counted = 0

    async def up_to(self, targets: dict[Stream, tuple[int, int]]) -> int:
        """Count on until every stream stands at its target; how many events that took."""
        before, self._total = self.counted, sum(mark for _, mark in targets.values())
        behind = {s: target for s, target in targets.items() if (await self._place(s))[:2] < target}
        ends = await self._consumer.end_offsets([TopicPartition(*stream) for stream in behind])
        begins = await self._consumer.beginning_offsets(list(ends))
        for tp, begin in begins.items():
            self._consumer.seek(tp, max(self._places[Stream(*tp)].next_offset, begin))
        for _ in range(PATIENCE):
            behind = await self._read(behind, ends)
            if not behind:
                return self.counted - before
            ends = await self._begin_again(list(behind))
        raise LogTooShort(", ".join(f"{stream.topic} {stream.partition}" for stream in behind))

    async def _read(
        self, behind: dict[Stream, tuple[int, int]], ends: dict[TopicPartition, int]
    ) -> dict[Stream, tuple[int, int]]:
        """Read until the targets or the ends of the logs; which streams are behind their targets."""
        reading = set(behind)
        while reading:
            wanted = [TopicPartition(*stream) for stream in reading]
            fetched = await self._consumer.getmany(*wanted, timeout_ms=1000, max_records=AT_ONCE)
            await asyncio.gather(*(self._take(Stream(*tp), rs, behind) for tp, rs in fetched.items()))
            behind = {s: target for s, target in behind.items() if self._places[s][:2] < target}
            at_end = {tp for tp in wanted if await self._consumer.position(tp) >= ends[tp]}
            reading = {stream for stream in behind if TopicPartition(*stream) not in at_end}
        return behind

    async def _begin_again(self, streams: Sequence[Stream]) -> dict[TopicPartition, int]:
        """Ask for what the logs lack and read them from the beginning; where they end now."""
        for stream in streams:
            epoch, mark, *_ = self._places[stream]
            await kafka.ask(self._settings, READER, stream, (max(epoch, 1), mark + 1))
        await asyncio.sleep(1)
        wanted = [TopicPartition(*stream) for stream in streams]
        for tp, begin in (await self._consumer.beginning_offsets(wanted)).items():
            self._consumer.seek(tp, begin)
        return dict(await self._consumer.end_offsets(wanted))

    async def _place(self, stream: Stream) -> Place:
        if stream not in self._places:
            async with self._spare.acquire() as db:
                self._places[stream] = await inbox.place_of(db, self._readers[stream.topic], stream)
        return self._places[stream]

    async def _take(
        self, stream: Stream, records: Sequence[Record], targets: dict[Stream, tuple[int, int]]
    ) -> None:
        reader = self._readers[stream.topic]
        outcome = await taking.take(self._spare, reader, stream, records, targets[stream])
        self._places[stream] = outcome.place
        self.counted += outcome.applied + outcome.parked
        self._progress(self.counted, self._total)


async def compare(live: Db, spare: Pool) -> list[tuple[Key, int, int]]:
    """Counters that differ: key, live value, rebuilt value."""
    before = await figures.all_counters(live)
    async with spare.acquire() as db:
        after = await figures.all_counters(db)
    keys = sorted({*before, *after})
    return [(k, before.get(k, 0), after.get(k, 0)) for k in keys if before.get(k, 0) != after.get(k, 0)]


async def compare_frozen(spare: Pool) -> Compared:
    """Frozen results beside what their days are recounted to."""
    async with spare.acquire() as db:
        frozen = await results.kept(db, date.min, date.max)
        differing = 0
        for campaign, day in sorted({(each.name.campaign, each.name.day) for each in frozen}):
            totals = await results.totals_before(db, campaign, day + timedelta(days=1))
            of_day = [each for each in frozen if (each.name.campaign, each.name.day) == (campaign, day)]
            differing += sum(any(each.difference(totals).values()) for each in of_day)
    return Compared(len(frozen), differing)
