"""Events per second from Kafka into committed counters, beside a loop that only reads and counts."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import orjson
import uuid_utils.compat
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition

from contracts.initiatives import InitiativeSubmitted
from contracts.streams import PARTITIONS, link, partition_of
from services.chassis import wire
from tests.installation import Installation

TOPIC = InitiativeSubmitted.topic
DIRECTIONS = ("roads", "culture", "sport", "health", "ecology")
BEGAN = datetime(2026, 11, 3, 9, tzinfo=timezone(timedelta(hours=3)))
BATCH = 500
MUNICIPALITIES = [f"{13_600_000 + 1000 * i}" for i in range(300)]


def records(n: int) -> Iterator[tuple[int, bytes]]:
    """`n` events as intake would have sent them: partition and value."""
    heads = dict.fromkeys(range(PARTITIONS), (0, ""))
    for i in range(n):
        code = MUNICIPALITIES[i % len(MUNICIPALITIES)]
        partition, id_ = partition_of(code), uuid_utils.compat.uuid7()
        sequence, chain = heads[partition][0] + 1, link(heads[partition][1], id_)
        heads[partition] = (sequence, chain)
        at = (BEGAN + timedelta(seconds=i % 1_600_000)).isoformat()
        data = {
            "version": 1,
            "id": str(id_),
            "number": i + 1,
            "campaign": "marafon-demo",
            "municipality": code,
            "organization": None,
            "direction": DIRECTIONS[i % len(DIRECTIONS)],
            "classifiers": {"form": "personal", "position": "budget"},
            "participant": str(id_),
            "status": "submitted",
            "submitted_at": at,
        }
        row = {
            "event_id": id_,
            "type": InitiativeSubmitted.type,
            "subject": str(id_),
            "happened_at": at,
            "partition_key": code,
            "epoch": 1,
            "seq": sequence,
            "chain": chain,
            "data": orjson.dumps(data),
            "correlation_id": None,
        }
        yield partition, wire.encode(row, "intake")


async def fill(brokers: str, n: int) -> None:
    """Put a backlog into the empty topic."""
    batches: dict[int, list[bytes]] = {partition: [] for partition in range(PARTITIONS)}
    async with AIOKafkaProducer(bootstrap_servers=brokers, acks="all", max_batch_size=512 * 1024) as producer:
        for partition, value in records(n):
            batches[partition].append(value)
            if len(batches[partition]) == BATCH:
                await _send(producer, partition, batches[partition])
        for partition, left in batches.items():
            await _send(producer, partition, left)


async def _send(producer: AIOKafkaProducer, partition: int, values: list[bytes]) -> None:
    batch = producer.create_batch()
    for value in values:
        assert batch.append(key=None, value=value, timestamp=None) is not None
    values.clear()
    await (await producer.send_batch(batch, TOPIC, partition=partition))


async def roll_up(whole: Installation, n: int) -> float:
    """Start metrics' worker on the backlog; events per second between the first and the last commit."""
    query = "SELECT coalesce(sum(mark), 0) FROM inbox WHERE reader = 'metrics.rollup' AND topic = $1"
    whole.start(("metrics", "worker"))
    seen: list[tuple[float, int]] = []
    while not seen or seen[-1][1] < n:
        ((mark,),) = await whole.rows("metrics", query, TOPIC)
        if mark and (not seen or mark != seen[-1][1]):
            seen.append((time.monotonic(), int(mark)))
        await asyncio.sleep(0.02)
    (began, first), (ended, last) = seen[0], seen[-1]
    return (last - first) / (ended - began)


async def count_bare(brokers: str, n: int) -> float:
    """Events per second of `getmany`, orjson and a dictionary: nothing durable, nothing checked."""
    counts: Counter[tuple[str, str]] = Counter()
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, auto_offset_reset="earliest")
    async with consumer:
        consumer.assign([TopicPartition(TOPIC, partition) for partition in range(PARTITIONS)])
        began, read = time.monotonic(), 0
        while read < n:
            for batch in (await consumer.getmany(timeout_ms=1000, max_records=BATCH)).values():
                for record in batch:
                    data = orjson.loads(record.value or b"")["data"]
                    code = data["municipality"]
                    counts[code, data["submitted_at"][:13]] += 1
                    counts[code, data["direction"]] += 1
                    counts[code, data["classifiers"]["form"]] += 1
                    counts[code, "-"] += 1
                read += len(batch)
        return n / (time.monotonic() - began)
