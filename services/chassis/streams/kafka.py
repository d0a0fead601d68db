"""The ways to Kafka: producers, the log's tail, readers' reports, and the check at start."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.protocol import ConsumerProtocol
from aiokafka.errors import KafkaConnectionError, KafkaError, for_code
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts import nak
from contracts.nak import NumberMissing, PositionReported
from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.settings import Settings
from services.chassis.streams import lenient, wire
from services.chassis.streams.topics import Topic, topics
from services.chassis.streams.wire import Envelope

log = structlog.get_logger()
lenient.install()

PATIENCE = 15.0
"""Seconds after which a client that neither starts nor stops is given up: aiokafka's can hang in both."""

FETCHED = 16 * 2**20
"""Bytes of a fetch that belongs to no group: it asks for fifty partitions at once."""

LONGEST_NAME = 200
"""Letters of a reader's name. Each that speaks is remembered."""

LOST = (KafkaError, OSError, TimeoutError)
"""What a client raises when the brokers or the way to them are gone."""

Report: TypeAlias = NumberMissing | PositionReported
Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"

Shaped = TypeVar("Shaped")
"""What is kept of a record."""

REPORTS: dict[str, TypeAdapter[Report]] = {
    event.type: TypeAdapter(event) for event in (NumberMissing, PositionReported)
}


@asynccontextmanager
async def producer(
    settings: Settings, batch_bytes: int = 16384, *, compression: str | None = None, largest: int = 1048576
) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that waits for all replicas. Thrown away, never reused, after an error.

    `largest`: bytes of a record before it is compressed.
    """
    kafka = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_brokers,
        acks="all",
        max_batch_size=batch_bytes,
        max_request_size=max(batch_bytes + 65536, largest),
        compression_type=compression,
        request_timeout_ms=10_000,
        retry_backoff_ms=50,
    )
    try:
        await _apart(kafka.start())
        yield kafka
    finally:
        await _stop(kafka)


@asynccontextmanager
async def groupless(
    settings: Settings, partitions: Sequence[tuple[str, int]]
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of these partitions that belongs to no group and commits nothing."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_brokers,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=10_000,
        fetch_max_wait_ms=50,
        fetch_max_bytes=FETCHED,
        retry_backoff_ms=50,
    )
    try:
        await _apart(consumer.start())
        consumer.assign([TopicPartition(*partition) for partition in partitions])
        yield consumer
    finally:
        await _stop(consumer)


async def _stop(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    stopping: Coroutine[Any, Any, None] = client.stop()  # type: ignore[no-untyped-call]
    await _quietly(stopping)


async def _quietly(stopping: Coroutine[Any, Any, None]) -> None:
    try:
        await _apart(stopping)
    except LOST as error:
        log.warning("client_not_stopped", error=type(error).__name__)


async def _apart(work: Coroutine[Any, Any, None]) -> None:
    """Start or stop a client in a task of its own: aiokafka's can hang, and its consumer's `stop` lets
    the cancellation of an inner task escape, which would end the caller without a word."""
    task = asyncio.create_task(work)
    done, _ = await asyncio.wait([task], timeout=PATIENCE)
    if not done:
        task.cancel()
        raise TimeoutError
    if task.cancelled():
        raise KafkaConnectionError("the client was cancelled from within")
    task.result()


async def read_tails(
    settings: Settings,
    partitions: Sequence[tuple[str, int]],
    count: int,
    shape: Callable[[list[Record]], list[Shaped]],
) -> dict[tuple[str, int], list[Shaped]]:
    """What is to be kept of the last `count` records of each partition, in order: bundles are shaped as they
    come, since together the records of fifty partitions are large."""
    async with groupless(settings, partitions) as consumer:
        wanted = [TopicPartition(*partition) for partition in partitions]
        begins = await consumer.beginning_offsets(wanted)
        ends = await consumer.end_offsets(wanted)
        starts = {tp: max(begins[tp], ends[tp] - count) for tp in wanted}
        read: dict[tuple[str, int], list[Shaped]] = {(tp.topic, tp.partition): [] for tp in wanted}
        async for tp, records in _between(consumer, starts, ends):
            read[tp.topic, tp.partition].extend(shape(records))
    del consumer
    # A client that was used leaves a circle of some hundred objects, and the collector comes by after a
    # hundred thousand: those of each minute would stay for hours.
    gc.collect()
    return read


async def ends(settings: Settings, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """Where the log of each partition ends, asked by a client of its own."""
    async with groupless(settings, partitions) as consumer:
        found: dict[TopicPartition, int] = await consumer.end_offsets(list(partitions))
        return found


async def read_all(settings: Settings, partition: tuple[str, int]) -> AsyncIterator[list[Record]]:
    """Every record of a partition from its beginning, in bundles."""
    async with groupless(settings, [partition]) as consumer:
        place = TopicPartition(*partition)
        begins, ends = await consumer.beginning_offsets([place]), await consumer.end_offsets([place])
        async for _, records in _between(consumer, begins, ends):
            yield records


def readable(records: Sequence[Record]) -> list[Envelope]:
    """The envelopes of those records that can be read."""
    decoded = wire.decode([record.value for record in records])
    return [envelope for envelope in decoded if isinstance(envelope, Envelope)]


async def _between(
    consumer: AIOKafkaConsumer, starts: dict[TopicPartition, int], ends: dict[TopicPartition, int]
) -> AsyncIterator[tuple[TopicPartition, list[Record]]]:
    for tp, start in starts.items():
        consumer.seek(tp, start)
    # One after another: what the others bring waits as it came, small and packed.
    for tp, end in ends.items():
        while records := await _more(consumer, tp, end):
            yield tp, [record for record in records if record.offset < end]


async def _more(consumer: AIOKafkaConsumer, tp: TopicPartition, end: int) -> list[Record]:
    """What comes next of the partition; nothing if no record is left before its end."""
    # A consumer can hang, and a log can have lost its end since we asked where that is.
    async with asyncio.timeout(PATIENCE):
        while await consumer.position(tp) < end:
            found: dict[TopicPartition, list[Record]] = await consumer.getmany(tp, timeout_ms=1000)
            if tp in found:
                return found[tp]
    return []


async def reports(settings: Settings) -> AsyncIterator[Report]:
    """What readers say on `dialogue.nak.v1` from now on. Survives any loss of the connection.

    Nobody could tell a consumer that hangs from readers who have nothing to say: each is used for one
    tail check's interval, then another goes on where it stood.
    """
    place, offset, loop = TopicPartition(nak.TOPIC, 0), None, asyncio.get_running_loop()
    while True:
        try:
            async with groupless(settings, [(nak.TOPIC, 0)]) as consumer:
                if offset is None:
                    offset = (await consumer.end_offsets([place]))[place]
                consumer.seek(place, offset)
                until = loop.time() + settings.tail_check_interval
                while loop.time() < until:
                    for record in (await consumer.getmany(place, timeout_ms=1000)).get(place, []):
                        offset = record.offset + 1
                        if report := _report(record.value):
                            yield report
        except LOST as error:
            log.warning("reports_lost", error=type(error).__name__)
            await asyncio.sleep(settings.poll_interval)


async def ask(settings: Settings, reader: str, stream: tuple[str, int], missing: tuple[int, int]) -> None:
    """Ask the stream's relay for a number (epoch, sequence) that its log lacks."""
    epoch, sequence = missing
    topic, partition = stream
    report = NumberMissing(reader=reader, topic=topic, partition=partition, epoch=epoch, sequence=sequence)
    async with producer(settings) as sender:
        value = wire.encode_loose(reader, report.type, topic, report)
        await sender.send_and_wait(nak.TOPIC, value, partition=0, headers=wire.HEADERS)


class _Loose(BaseModel):
    type: str
    data: dict[str, object]


def _report(value: bytes | None) -> Report | None:
    try:
        loose = _Loose.model_validate_json(value or b"")
        if adapter := REPORTS.get(loose.type):
            return _possible(adapter.validate_python(loose.data))
    except ValidationError:
        log.warning("report_unreadable", topic=nak.TOPIC)
    return None


def _possible(report: Report) -> Report | None:
    """The report, unless it speaks of a place that no database can hold (kept, it would fail every check), or
    for a reader whose name is none."""
    seq = report.sequence if isinstance(report, NumberMissing) else report.mark
    is_place = report.epoch <= wire.LARGEST_EPOCH and seq <= wire.LARGEST_NUMBER
    if is_place and len(report.reader) <= LONGEST_NAME:
        return report
    log.warning("report_unreadable", topic=nak.TOPIC)
    return None


async def held(settings: Settings, group: str) -> set[TopicPartition] | None:
    """The partitions that the members of a group hold, as the group's coordinator says; None while they
    are being dealt out anew."""
    async with admin_of(settings) as admin:
        answers: list[Any] = await admin.describe_consumer_groups([group])
    error, _, state, _, _, members, *_ = answers[0].groups[0]
    if error:
        raise for_code(error)
    if state not in ("Stable", "Empty", "Dead"):
        return None
    assignments = [ConsumerProtocol.ASSIGNMENT.decode(assigned) for *_, assigned in members if assigned]
    return {partition for assignment in assignments for partition in assignment.partitions()}


@asynccontextmanager
async def admin_of(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that asks for and changes topics and groups."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_brokers, request_timeout_ms=10_000)
    try:
        await _apart(admin.start())
        yield admin
    finally:
        await _quietly(admin.close())


async def check_topics(settings: Settings, names: Sequence[str]) -> None:
    """Refuse to run on topics that could lose events: partitions, replicas, retention, cleanup.

    Raises SelfCheckFailed with every difference from `contracts/topics.yaml`.
    """
    async with admin_of(settings) as admin:
        brokers = len((await admin.describe_cluster())["brokers"])
        described = {t["topic"]: t for t in await admin.describe_topics(list(names))}
        differences: list[str] = []
        for name in names:
            actual = await _topic_config(admin, name)
            differences += _differences(topics()[name], described.get(name), actual, brokers)
    if differences:
        raise SelfCheckFailed("; ".join(differences))


async def _topic_config(admin: AIOKafkaAdminClient, name: str) -> dict[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    responses: Any = await admin.describe_configs([resource])
    return {entry[0]: entry[1] for r in responses for found in r.resources for entry in found[4]}


def _differences(
    topic: Topic, described: dict[str, object] | None, actual: dict[str, str], brokers: int
) -> list[str]:
    partitions = described.get("partitions") if described else None
    if not isinstance(partitions, list) or not partitions:
        return [f"topic {topic.name} does not exist"]
    found = []
    if len(partitions) != topic.partitions:
        found.append(f"{topic.name} has {len(partitions)} partitions, not {topic.partitions}")
    copies = min(len(partition["replicas"]) for partition in partitions)
    if copies < topic.copies(brokers):
        found.append(f"{topic.name} has {copies} replicas, not {topic.copies(brokers)}")
    return found + [
        f"{topic.name}: {key} is {actual.get(key)}, not {wanted}"
        for key, wanted in topic.config(brokers).items()
        if actual.get(key) != wanted
    ]
