"""A backlog of submitted initiatives, record for record as intake's relay sends them, and its counts.

`python -m tests.benchmarks.peers.log --brokers HOST:PORT --count N --out FILE` fills the topic and writes
the expected counts.
"""

import argparse
import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from aiokafka import AIOKafkaProducer

from contracts.initiatives import InitiativeSubmitted
from contracts.streams import PARTITIONS, link, partition_of
from services.chassis.streams import wire
from services.metrics.domain import SUBMITTED, Key
from tests.benchmarks.peers import counts

TOPIC = InitiativeSubmitted.topic
DIRECTIONS = (
    *("amenities", "housing", "roads", "education", "health", "culture", "sport"),
    *("youth", "social", "economy", "ecology", "safety", "governance"),
)
CLASSIFIERS = [
    {"position": position, "form": form}
    for position in ("servant", "budget", "deputy", "elder", "council", "resident")
    for form in ("personal", "personal", "collective")
]
MUNICIPALITIES = [f"{13_600_000 + 137 * i}" for i in range(300)]
ORGANIZATIONS = 5
"""How many each municipality has; every second initiative comes from one of them."""
PARTICIPANTS = 20_000

BEGAN = datetime(2026, 11, 3, tzinfo=timezone(timedelta(hours=3)))
EVERY = timedelta(seconds=1)
"""One after another: a region in its busy days."""
BATCH = 500


class Record(NamedTuple):
    """A record before it is sent."""

    partition: int
    key: bytes
    value: bytes


class Numbered(NamedTuple):
    """The last number of a stream and its chain."""

    sequence: int = 0
    chain: str = ""


def initiatives(n: int, seed: int = 1) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """When each of `n` initiatives was submitted, and its event's `data` as intake writes it."""
    chance = random.Random(seed)
    people = [str(UUID(int=chance.getrandbits(128), version=4)) for _ in range(PARTICIPANTS)]
    homes = {
        place: [str(UUID(int=chance.getrandbits(128), version=5)) for _ in range(ORGANIZATIONS)]
        + [None] * ORGANIZATIONS
        for place in MUNICIPALITIES
    }
    for number in range(1, n + 1):
        place, at = chance.choice(MUNICIPALITIES), BEGAN + number * EVERY
        yield (
            at,
            {
                "version": 1,
                "id": str(_uuid7(at, number)),
                "number": number,
                "campaign": "marafon-demo",
                "municipality": place,
                "organization": chance.choice(homes[place]),
                "direction": chance.choice(DIRECTIONS),
                "classifiers": chance.choice(CLASSIFIERS),
                "participant": chance.choice(people),
                "status": "submitted",
                "submitted_at": at.isoformat(),
            },
        )


def numbered(at: datetime, data: dict[str, Any], heads: dict[int, Numbered]) -> Record:
    """The next event of its stream as the relay puts it on the wire; `heads` moves on."""
    place = data["municipality"]
    partition, event_id = partition_of(place), _uuid7(at, data["number"], 1)
    last = heads.get(partition, Numbered())
    head = heads[partition] = Numbered(last.sequence + 1, link(last.chain, event_id))
    row = {
        "event_id": event_id,
        "type": InitiativeSubmitted.type,
        "subject": data["id"],
        "happened_at": at.astimezone(UTC),
        "partition_key": place,
        "epoch": 1,
        "seq": head.sequence,
        "chain": head.chain,
        "data": orjson.dumps(data),
        "correlation_id": event_id.hex,
    }
    return Record(partition, place.encode(), wire.encode(row, "intake"))


def _uuid7(at: datetime, number: int, kind: int = 0) -> UUID:
    """RFC 9562, with a counter where the random bits would be."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | kind << 64 | 0x8 << 60 | number)


def as_peers(figures: Mapping[Key, int]) -> dict[str, int]:
    """Our counters of submitted initiatives, named as the peers name theirs."""
    return {"/".join(key[:4]): n for key, n in figures.items() if key.counter == SUBMITTED}


async def fill(brokers: str, n: int, seed: int = 1, topic: str = TOPIC) -> dict[str, int]:
    """Put `n` records into an empty topic; what they count up to."""
    expected, heads = defaultdict[tuple[str, str], Counter[str]](Counter), dict[int, Numbered]()
    waiting: dict[int, list[Record]] = {partition: [] for partition in range(PARTITIONS)}
    under_way: dict[int, asyncio.Future[Any]] = {}
    async with AIOKafkaProducer(bootstrap_servers=brokers, acks="all", max_batch_size=512 * 1024) as producer:
        for at, data in initiatives(n, seed):
            expected[data["campaign"], data["municipality"]].update(counts.marks_of(data))
            record = numbered(at, data, heads)
            waiting[record.partition].append(record)
            if len(waiting[record.partition]) == BATCH:
                await _send(producer, topic, waiting[record.partition], under_way)
        for rest in filter(None, waiting.values()):
            await _send(producer, topic, rest, under_way)
        await asyncio.gather(*under_way.values())
    return counts.together(expected)


async def _send(
    producer: AIOKafkaProducer, topic: str, rest: list[Record], under_way: dict[int, asyncio.Future[Any]]
) -> None:
    """Send records of one partition once its batch before them is acknowledged, so that their order stays."""
    partition, batch = rest[0].partition, producer.create_batch()
    for record in rest:
        appended = batch.append(key=record.key, value=record.value, timestamp=None, headers=wire.HEADERS)
        assert appended is not None, "the batch is full"
    rest.clear()
    if before := under_way.get(partition):
        await before
    under_way[partition] = await producer.send_batch(batch, topic, partition=partition)


def main() -> None:
    """Fill the topic."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers.log", description=__doc__)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topic", default=TOPIC)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    began = time.monotonic()
    counts.write(given.out, asyncio.run(fill(given.brokers, given.count, given.seed, given.topic)))
    print(f"sent={given.count} seconds={time.monotonic() - began:.2f}")


if __name__ == "__main__":
    main()
