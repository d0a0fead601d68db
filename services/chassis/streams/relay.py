"""The relay: numbers what the outbox holds and sends it, each stream in order, each batch once at a time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.chassis.db import notify, queries
from services.chassis.db.pool import Db, Session
from services.chassis.process.background import Work
from services.chassis.process.clock import Clock
from services.chassis.process.settings import Settings
from services.chassis.process.telemetry import RELAY_BACK, RELAY_SENT
from services.chassis.streams import kafka, outbox, tail, watermarks, wire
from services.chassis.streams.heard import Heard
from services.chassis.streams.held import TOO_LARGE, Held, Unsendable
from services.chassis.streams.leading import lead
from services.chassis.streams.tail import Restate, Stream

sql = queries.load(__package__, "relay.sql")
log = structlog.get_logger()

NUMBER_AT_ONCE = 2000
SEND_AT_ONCE = 500
BATCH_BYTES = 512 * 1024

Row: TypeAlias = asyncpg.Record


@dataclass(frozen=True, slots=True)
class Sent:
    """What the broker has acknowledged: a stream up to a number of an epoch."""

    stream: Stream
    epoch: int
    seq: int


class Relay:
    """Sends a service's streams while its works run; heals by itself after any fault.

    `restate` gives the present state of every aggregate of a stream, for a new epoch.
    """

    def __init__(
        self,
        settings: Settings,
        source: str,
        owned: Sequence[Stream],
        restate: Restate,
        clock: Clock | None = None,
    ) -> None:
        self._settings, self._clock = settings, clock or Clock()
        self._source = source
        self._owned = owned
        self._restate = restate
        self._woken = asyncio.Event()
        self._heard = Heard(owned)
        self._held = Held()
        self._acknowledged: list[Sent] = []
        """By the broker, but not marked yet."""
        self.ready = False
        self.stands_by = False
        """Whether another relay leads, and this one would in its place."""

    def works(self) -> tuple[Work, ...]:
        """What is to run in the background: leading, and listening for new rows and for readers' reports."""
        return self._run, self._listen, self._hear_reports

    async def _run(self) -> None:
        """Lead, or wait to lead; on any error throw the session and the producer away and begin anew."""
        pause = self._settings.notify_interval
        while True:
            try:
                if not await lead(self._settings, self._session):
                    self.stands_by = True
                    await asyncio.sleep(self._settings.poll_interval)
                pause = self._settings.notify_interval
            except (*notify.LOST, KafkaError) as error:
                log.warning("relay_session_lost", error=type(error).__name__)
                self.stands_by = False
                pause = min(pause * 2, self._settings.backoff_longest)
            finally:
                self.ready = False
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        async for _ in notify.heard(self._settings, outbox.CHANNEL):
            self._woken.set()

    async def _hear_reports(self) -> None:
        async for report in kafka.reports(self._settings):
            if self._heard.hear(report):
                self._woken.set()

    async def _session(self, db: Session) -> None:
        """One database session: compare with the log, then number and send as long as it lasts."""
        self.stands_by = False
        # What another session's producer heard says nothing here: its marks may have gone with a database.
        self._acknowledged = []
        self._heard.begin()
        await db.execute(sql.add_streams, [s.topic for s in self._owned], [s.partition for s in self._owned])
        await tail.check(db, self._settings, self._owned, self._heard.positions, self._restate)
        async with kafka.producer(self._settings, BATCH_BYTES) as producer:
            await self._lead(db, producer)

    async def _lead(self, db: Db, producer: AIOKafkaProducer) -> None:
        loop = asyncio.get_running_loop()
        next_check = loop.time() + self._settings.tail_check_interval
        stated: datetime | None = None
        self.ready = True
        log.info("relay_leads", count=len(self._owned))
        async with tail.Reading(self._settings, self._owned, self._woken.set) as reading:
            while True:
                self._woken.clear()
                await self._answer_naks(db)
                if stated != (complete := watermarks.due(self._clock.now(), self._settings)):
                    await watermarks.state(db, self._owned, complete)
                    stated = complete
                if loop.time() >= next_check and not reading.begun:
                    await self._mark(db)
                    await reading.begin(db)
                if (tails := reading.taken()) is not None:
                    await self._mark(db)
                    await tail.compare(db, self._settings, tails, self._heard.positions, self._restate)
                    next_check = loop.time() + self._settings.tail_check_interval
                    # A new epoch has to be told again.
                    stated = None
                elif not await self._step(db, producer):
                    # Whatever is committed from now on, or was while we worked, wakes us.
                    await self._woken.wait()

    async def _step(self, db: Db, producer: AIOKafkaProducer) -> bool:
        """Send the next batch of every stream; whether there was any.

        One batch is outstanding per stream. If any of them fails, the others are still marked. A stream whose
        next event cannot be sent is held, and the others go on.
        """
        batches = await step(db, self._acknowledged, self._held.streams)
        self._acknowledged = []
        # A producer can wait for ever for an acknowledgement that was lost with its broker.
        async with asyncio.timeout(kafka.PATIENCE):
            outcomes = await asyncio.gather(
                *(_send_batch(producer, stream, batch, self._source) for stream, batch in batches.items()),
                return_exceptions=True,
            )
        self._acknowledged = [outcome for outcome in outcomes if isinstance(outcome, Sent)]
        failed: BaseException | None = None
        for stream, outcome in zip(batches, outcomes, strict=True):
            if isinstance(outcome, Unsendable):
                self._held.hold(stream, outcome)
            elif isinstance(outcome, Sent):
                self._held.release(stream)
                self._heard.sent(stream, outcome.epoch, outcome.seq)
            else:
                failed = failed or outcome
        if failed:
            await self._mark(db)
            raise failed
        return bool(batches)

    async def _mark(self, db: Db) -> None:
        """Mark what was acknowledged, before anything looks at the marks: otherwise the next step does."""
        if sent := self._acknowledged:
            self._acknowledged = []
            await db.execute(sql.mark_sent, *_columns(sent))

    async def _answer_naks(self, db: Db) -> None:
        if not (missing := self._heard.missing()):
            return
        await self._mark(db)
        for each in missing:
            stream, epoch, seq = each
            try:
                sent_before = await db.fetchval(sql.go_back, *stream, epoch, seq)
            except asyncpg.DataError:
                # A number that no stream can have, from somebody who is no reader of ours.
                log.warning("report_unreadable", topic=stream.topic, partition=stream.partition)
                continue
            if sent_before is not None:
                self._heard.goes_back(each, sent_before)
                RELAY_BACK.labels(stream.topic).inc()
                place = {"topic": stream.topic, "partition": stream.partition}
                log.warning("relay_goes_back", **place, epoch=epoch, sequence=seq)


async def step(
    db: Db, acknowledged: Sequence[Sent] = (), held: Sequence[Stream] = ()
) -> dict[Stream, list[Row]]:
    """Mark what was acknowledged and give numbers to committed rows that have none, in one transaction, over
    before anything is sent; what is to be sent next of every stream but those held."""
    of_held = [stream.topic for stream in held], [stream.partition for stream in held]
    rows = await db.fetch(sql.step, *_columns(acknowledged), *of_held, NUMBER_AT_ONCE, SEND_AT_ONCE)
    by_stream = groupby(rows, key=lambda row: (row["topic"], row["partition"]))
    return {Stream(*key): list(of_stream) for key, of_stream in by_stream}


def _columns(sent: Sequence[Sent]) -> tuple[list[object], ...]:
    return (
        [each.stream.topic for each in sent],
        [each.stream.partition for each in sent],
        [each.epoch for each in sent],
        [each.seq for each in sent],
    )


async def _send_batch(producer: AIOKafkaProducer, stream: Stream, rows: Sequence[Row], source: str) -> Sent:
    batch, last = _filled(producer, rows, source)
    try:
        acknowledged = await producer.send_batch(batch, stream.topic, partition=stream.partition)
        await acknowledged
    except TOO_LARGE as error:
        if batch.record_count() == 1:
            raise Unsendable(rows[0], error) from error
        # The topic's limit is lower than our batch: find out whether it is a single event's size.
        return await _send_batch(producer, stream, rows[:1], source)
    RELAY_SENT.labels(stream.topic).inc(batch.record_count())
    return Sent(stream, last["epoch"], last["seq"])


def _filled(producer: AIOKafkaProducer, rows: Sequence[Row], source: str) -> tuple[Any, Row]:
    """A batch of as many events as fit, at least one, and the last of them. Raises Unsendable."""
    batch: Any = producer.create_batch()
    last = rows[0]
    for row in rows:
        try:
            key, value = row["partition_key"].encode(), wire.encode(row, source)
        except Exception as error:
            if row is rows[0]:
                raise Unsendable(row, error) from error
            break
        # aiokafka takes the first record whatever its size: the broker is the one who refuses it.
        if batch.append(key=key, value=value, timestamp=None, headers=wire.HEADERS) is None:
            break
        last = row
    return batch, last
