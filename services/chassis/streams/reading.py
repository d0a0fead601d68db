"""Reading a topic: records from Kafka into the inbox, gaps found and asked for, hangs noticed."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.message import StreamMessage

from contracts import nak
from contracts.nak import NumberMissing, PositionReported
from services.chassis.db.away import PASSING
from services.chassis.db.pool import Pool
from services.chassis.process.settings import Settings
from services.chassis.process.telemetry import GAPS, LAG, STOPPED
from services.chassis.streams import inbox, kafka, taking, together, wire
from services.chassis.streams.inbox import Misplaced, Outcome, Place, Reader
from services.chassis.streams.kafka import Record
from services.chassis.streams.partition import BACK_AT_OFFSET, FROM_BEGINNING, GAP_SEEN, Partition
from services.chassis.streams.tail import Stream
from services.chassis.streams.topics import topics

log = structlog.get_logger()

AT_ONCE = 3000
IN_FLIGHT = 4
FETCHED, FETCHED_OF_ONE = 4 * 2**20, 2 * 2**20
"""Bytes of a fetch, and of a partition in it. More of one stream at once are fewer counters to be changed;
more than this, or more records, take a worker with a backlog over 200 MB."""

LONGEST_WAIT_MS, LONGEST_WAIT_LIVE_MS = 500, 50
"""How long a fetch waits at the broker. One that is waiting does not include a partition that was emptied
since: the next record of that partition waits as long."""

PAUSE_MS, PAUSE_LIVE_MS = 100, 10
"""How long the loop waits for records, and then rests. Thirty readers that all ask as often as the live ones
kept an idle installation busy with 600 fetches a second: 80 % of a slow core."""

IN_VAIN = 4
"""After how many requests for a missing number the log is read again; then after twice as many each time."""


JOINING = 120.0
"""Seconds that a consumer may take until it is dealt something for the first time: on a machine that is busy
starting everything, one that is slow is not lost."""


Polled: TypeAlias = tuple[Record, ...]


async def as_polled(records: Polled) -> StreamMessage[Polled]:
    """A poll as it came. FastStream's own parser reads the headers of every record: one that is no text would
    lose the whole poll, and one that asks for a reply would get it, wherever it says."""
    return StreamMessage(records, records)


async def undecoded(message: StreamMessage[Polled]) -> Polled:
    """The records: one that is unreadable must not fail the others."""
    return message.raw_message


class Reading(ConsumerRebalanceListener):
    """One reader at work in a group. `hung` is set when the log moves and the reading does not."""

    def __init__(self, broker: KafkaBroker, pool: Pool, settings: Settings, reader: Reader) -> None:
        self._broker, self._pool, self._settings, self._reader = broker, pool, settings, reader
        self._partitions: dict[TopicPartition, Partition] = {}
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._committed_at = 0.0
        self._empty_since: float | None = None
        self._joined = False
        self._taking = False
        """Whether a poll is being taken, or failed: what the consumer is behind is not taken then."""
        self.hung = asyncio.Event()
        self._group = f"{reader.name}:{reader.topic}"
        self._subscriber = broker.subscriber(
            reader.topic,
            group_id=self._group,
            group_instance_id=f"{settings.instance}.{reader.name}" if settings.instance else None,
            batch=True,
            max_records=AT_ONCE,
            fetch_max_bytes=FETCHED,
            max_partition_fetch_bytes=FETCHED_OF_ONE,
            batch_timeout_ms=PAUSE_LIVE_MS if reader.live else PAUSE_MS,
            fetch_max_wait_ms=LONGEST_WAIT_LIVE_MS if reader.live else LONGEST_WAIT_MS,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            session_timeout_ms=int(settings.session_timeout * 1000),
            heartbeat_interval_ms=int(settings.session_timeout * 300),
            rebalance_timeout_ms=int(settings.session_timeout * 1000),
            max_poll_interval_ms=300_000,
            parser=as_polled,
            decoder=undecoded,
            listener=self,
        )
        self._subscriber(self._handle)

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._reader.name

    @property
    def stopped(self) -> list[int]:
        """Partitions that were stopped because nearly every record was bad."""
        return sorted(tp.partition for tp, p in self._partitions.items() if p.stopped)

    # ---- assignment ----
    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Forget; whoever comes next begins at the mark in the database."""
        for tp in revoked:
            self._partitions.pop(tp, None)
            for figure in (GAPS, LAG, STOPPED):
                figure.labels(self._reader.name, *map(str, tp)).set(0)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Begin at the record at the mark, by the database."""
        self._joined = True
        for tp in assigned:
            while tp not in self._partitions:
                try:
                    async with self._pool.acquire() as db:
                        place = await inbox.place_of(db, self._reader, Stream(*tp))
                except PASSING as error:
                    log.warning("place_unknown", reader=self._reader.name, error=type(error).__name__)
                    await asyncio.sleep(self._settings.poll_interval)
                else:
                    partition = Partition(place, 0, moved_at=_now())
                    self._partitions[tp] = partition
                    self._look_at_mark(tp, partition)

    @property
    def _consumer(self) -> AIOKafkaConsumer:
        consumer: AIOKafkaConsumer | None = self._subscriber.consumer
        if consumer is None:
            raise ConnectionError("the consumer is not running")
        return consumer

    def _seek(self, tp: TopicPartition, partition: Partition, offset: int) -> None:
        partition.handled = offset
        self._consumer.seek(tp, offset)

    def _look_at_mark(self, tp: TopicPartition, partition: Partition) -> None:
        partition.looking_at = partition.place.next_offset - 1 if partition.place.mark else None
        self._seek(tp, partition, max(partition.place.next_offset - 1, 0))

    # ---- batches ----
    async def _handle(self, records: Polled) -> None:
        self._taking = True
        by_partition = groupby(records, key=lambda r: TopicPartition(r.topic, r.partition))
        polled = {tp: list(of_partition) for tp, of_partition in by_partition}
        if self._reader.together and len(records) <= together.AT_MOST:
            for tp in await self._take_together(polled):
                del polled[tp]
        await asyncio.gather(*(self._handle_partition(tp, of) for tp, of in polled.items()))
        self._taking = False
        await self._show_progress()

    async def _take_together(self, polled: Mapping[TopicPartition, Sequence[Record]]) -> list[TopicPartition]:
        """Take what is as expected in one statement; of which partitions that was. The others, or all if the
        statement fails, are taken each by itself: that finds out what is wrong, and with which record."""
        known = {tp: self._partitions[tp] for tp in polled if tp in self._partitions}
        expected = {tp: partition for tp, partition in known.items() if not partition.stopped}
        parts = together.parts_of(
            self._reader, {Stream(*tp): (of.place, polled[tp]) for tp, of in expected.items()}
        )
        if not parts:
            return []
        try:
            await together.take(self._pool, self._reader, parts)
        except Exception as error:
            log.info("poll_taken_apart", reader=self._reader.name, error=type(error).__name__)
            return []
        taken = [TopicPartition(*part.stream) for part in parts]
        for tp, part in zip(taken, parts, strict=True):
            self._learn(tp, expected[tp], polled[tp], part.outcome)
        return taken

    async def _handle_partition(self, tp: TopicPartition, records: list[Record]) -> None:
        async with self._slots:
            partition = self._partitions.get(tp)
            if partition is None or partition.stopped:
                return
            try:
                outcome = await taking.take(self._pool, self._reader, Stream(*tp), records)
            except (*PASSING, Misplaced) as error:
                log.warning(
                    "batch_repeated",
                    reader=self._reader.name,
                    partition=tp.partition,
                    error=type(error).__name__,
                )
                await asyncio.sleep(self._settings.poll_interval)
                if tp in self._partitions:
                    self._seek(tp, partition, records[0].offset)
                return
            self._learn(tp, partition, records, outcome)

    def _learn(
        self, tp: TopicPartition, partition: Partition, records: Sequence[Record], outcome: Outcome
    ) -> None:
        partition.learn(records[-1].offset + 1, outcome, _now())
        if partition.is_poisoned and not partition.stopped:
            partition.stopped = True
            self._consumer.pause(tp)
            STOPPED.labels(self._reader.name, *map(str, tp)).set(1)
            log.error("partition_stopped", reader=self._reader.name, partition=tp.partition)
        GAPS.labels(self._reader.name, *map(str, tp)).set(1 if partition.gap else 0)

    async def _show_progress(self) -> None:
        """Commit offsets, for the display of lag alone."""
        if _now() - self._committed_at < 1:
            return
        self._committed_at = _now()
        try:
            await self._consumer.commit({tp: p.handled for tp, p in self._partitions.items()})
        except (KafkaError, ConnectionError) as error:
            log.debug("progress_not_shown", error=type(error).__name__)

    # ---- at rest ----
    async def tend(self) -> None:
        """Every so often: look for what is missing, report the position, notice a hang."""
        while True:
            asleep = _now()
            await asyncio.sleep(self._settings.tend_interval)
            self._forgive(_now() - asleep - self._settings.tend_interval)
            if not self._partitions:
                await self._suspect_being_lost()
                continue
            self._empty_since = None
            try:
                async with asyncio.timeout(self._settings.acquire_timeout):
                    ends = await self._consumer.end_offsets(list(self._partitions))
                for tp, partition in list(self._partitions.items()):
                    if tp in ends:
                        await self._pass_over(tp, partition)
                        await self._tend_partition(tp, partition, ends[tp])
            except (KafkaError, ConnectionError, TimeoutError) as error:
                log.warning("tending_failed", reader=self._reader.name, error=type(error).__name__)
            await self._suspect()

    async def _pass_over(self, tp: TopicPartition, partition: Partition) -> None:
        """What is in the log and no record, as the end of somebody's transaction, is never polled: it is
        behind us once the consumer is behind it."""
        # It waits for a place that is being looked up anew, which nobody answers while the brokers are away.
        async with asyncio.timeout(self._settings.acquire_timeout):
            position = await self._consumer.position(tp)
        if not self._taking:
            partition.handled = max(partition.handled, position)

    async def _tend_partition(self, tp: TopicPartition, partition: Partition, end: int) -> None:
        LAG.labels(self._reader.name, *map(str, tp)).set(max(end - partition.handled, 0))
        if partition.stopped:
            return
        if _now() - partition.reported_at >= self._settings.report_interval and partition.place.mark:
            partition.reported_at = _now()
            await self._report(tp, partition.place)
            if partition.handled >= end and partition.gap is None:
                self._look_at_mark(tp, partition)
                return
        if partition.gap and partition.until is None:
            partition.until = end
        # Under load the end runs ahead of us for ever: a gap is searched for up to where the log ended.
        if partition.handled >= (end if partition.until is None else min(end, partition.until)):
            partition.moved_at, partition.until = _now(), None
            await self._rest(tp, partition, end)

    async def _rest(self, tp: TopicPartition, partition: Partition, end: int) -> None:
        """All of the log is read. Anything missing? First look where we were, then from the
        beginning, then ask the relay."""
        if partition.looking_at is not None or partition.handled > end:
            log.warning("mark_not_in_log", reader=self._reader.name, partition=tp.partition)
            partition.looking_at = None
            await self._seek_to_beginning(tp, partition)
        elif partition.seeking == GAP_SEEN:
            partition.seeking = BACK_AT_OFFSET
            self._seek(tp, partition, min(partition.place.next_offset, end))
        elif partition.seeking == BACK_AT_OFFSET:
            await self._seek_to_beginning(tp, partition)
        elif partition.gap and _now() - partition.asked_at >= self._settings.nak_interval:
            partition.asked_at = _now()
            partition.asked += 1
            epoch, sequence = partition.gap
            await self._say(NumberMissing(**self._stream(tp), epoch=epoch, sequence=sequence))
            log.warning(
                "number_missing",
                reader=self._reader.name,
                topic=tp.topic,
                partition=tp.partition,
                epoch=epoch,
                sequence=sequence,
            )
            if partition.asked >= IN_VAIN and partition.asked.bit_count() == 1:
                # Nobody answers, and the log may be another one by now, as long as the one that we read.
                await self._seek_to_beginning(tp, partition)

    async def _seek_to_beginning(self, tp: TopicPartition, partition: Partition) -> None:
        partition.seeking = FROM_BEGINNING
        self._seek(tp, partition, (await self._consumer.beginning_offsets([tp]))[tp])

    def _forgive(self, stood_still: float) -> None:
        """Seconds in which this whole process stood still are none in which the consumer could have moved."""
        for partition in self._partitions.values():
            partition.moved_at += stood_still
        if self._empty_since is not None:
            self._empty_since += stood_still

    async def _suspect(self) -> None:
        """We stand still for long. If the database answers and another client sees that the log has
        moved, our consumer hangs: its own word, also on where the log ends, is worth nothing then."""
        latest = _now() - self._settings.watchdog_timeout
        still = {tp: p for tp, p in self._partitions.items() if p.moved_at < latest and not p.stopped}
        if not still:
            return
        try:
            async with self._pool.acquire() as db:
                await db.fetchval("SELECT 1")
            ends = await kafka.ends(self._settings, list(still))
        except (*PASSING, KafkaError) as error:
            log.debug("nobody_moves", reader=self._reader.name, error=type(error).__name__)
            ends = {tp: p.handled for tp, p in still.items()}
        for tp, partition in still.items():
            partition.moved_at = _now()
            if ends[tp] == partition.handled:
                partition.stood_at = None
            elif partition.stood_at != partition.handled:
                # On a machine that is busy starting everything, one that is slow does not hang.
                partition.stood_at = partition.handled
            else:
                log.error("consumer_hangs", reader=self._reader.name, partition=tp.partition)
                self.hung.set()

    async def _suspect_being_lost(self) -> None:
        """We hold nothing for long. If nobody holds all of the topic, our consumer got lost between two
        rebalances: nothing else would tell."""
        if self._empty_since is None:
            self._empty_since = _now()
        patience = self._settings.watchdog_timeout
        if _now() - self._empty_since < (patience if self._joined else max(patience, JOINING)):
            return
        try:
            held = await kafka.held(self._settings, self._group)
        except kafka.LOST as error:
            log.debug("group_unknown", reader=self._reader.name, error=type(error).__name__)
            return
        if held is None:
            return
        self._empty_since = _now()
        if len(held) < topics()[self._reader.topic].partitions:
            log.error("consumer_lost", reader=self._reader.name, topic=self._reader.topic)
            self._leave_for_good()
            self.hung.set()

    def _leave_for_good(self) -> None:
        """Let the group forget us when we stop. A static member gets back what it had, also nothing: it has
        joined while the topic was away, and neither time nor a restart would change that."""
        # aiokafka has no public way to leave. A consumer that got lost may have no coordinator, or be stopped
        # itself: then it has not joined, and there is nothing to leave.
        try:
            coordinator: Any = self._consumer._coordinator  # noqa: SLF001
        except ConnectionError:
            return
        if coordinator is not None:
            coordinator._group_instance_id = None  # noqa: SLF001

    async def _report(self, tp: TopicPartition, place: Place) -> None:
        await self._say(
            PositionReported(**self._stream(tp), epoch=place.epoch, mark=place.mark, chain=place.chain)
        )

    async def _say(self, report: NumberMissing | PositionReported) -> None:
        value = wire.encode_loose(self._reader.name, report.type, report.topic, report)
        await self._broker.publish(value, nak.TOPIC, partition=0, headers=dict(JSON))

    def _stream(self, tp: TopicPartition) -> dict[str, Any]:
        return {"reader": self._reader.name, "topic": tp.topic, "partition": tp.partition}


JSON = {key: value.decode() for key, value in wire.HEADERS}.items()


def _now() -> float:
    return asyncio.get_running_loop().time()
