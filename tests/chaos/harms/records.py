"""What somebody writes into the topic who should not: bad records, forged ones, and the log again."""

import asyncio
from typing import Any
from uuid import uuid4

import orjson
from aiokafka import AIOKafkaProducer

from contracts.streams import PARTITIONS
from services.chassis.streams import kafka
from tests.chaos.harms.brokers import TOPIC
from tests.chaos.nemesis import Nemesis, named

EVENT = b'{"specversion"'
CODECS = ("gzip", "snappy", "lz4", "zstd")
HEADERS = [("x", b"\xff"), ("y", None), ("reply_to", b"dialogue.keys.v1")]
"""No text, nothing, and somewhere else to write to."""
LARGE, BOMB = 3_000_000, 15_000_000
"""Bytes of a bad record that is read, and of one that is not unpacked."""
AT_MOST = 1000
"""How many records of each partition are repeated."""


async def poison(nemesis: Nemesis) -> None:
    """Somebody writes bad records into the topic, and a transaction that comes to nothing."""
    # Compressed, so that the broker takes what is large.
    packed = {"compression_type": nemesis.rng.choice(CODECS), "max_request_size": 2 * BOMB}
    async with _producer(nemesis, **packed, transactional_id="somebody") as producer:
        await producer.begin_transaction()
        for value in await _poisons(nemesis):
            partition = nemesis.rng.randrange(PARTITIONS)
            headers = nemesis.rng.sample(HEADERS, nemesis.rng.randint(0, len(HEADERS)))
            await producer.send_and_wait(TOPIC, value, partition=partition, headers=headers)
        await producer.abort_transaction()


async def _poisons(nemesis: Nemesis) -> list[bytes]:
    _, some = nemesis.rng.choice(await _log(nemesis))
    good = orjson.loads(some)
    data = good["data"]
    forged: list[dict[str, Any]] = [
        good | {"type": "dialogue.initiative.praised.v1", "id": str(uuid4())},
        good | {"data": data | {"direction": "No Such"}, "id": str(uuid4())},
        good | {"sequence": 1, "id": str(uuid4())},
        good | {"sequence": good["sequence"] + 10**9, "id": str(uuid4())},
        good | {"epoch": 0},
    ]
    nemesis.history.forged |= {str(record["id"]) for record in forged}
    large = [b"x" * size for size in (LARGE, LARGE, LARGE, BOMB)]
    return [b"", b"{", b"[1, 2", *large, *(orjson.dumps(record) for record in forged)]


async def log_repeated(nemesis: Nemesis) -> None:
    """The last records of every stream are appended again three times, in random order."""
    values = await _log(nemesis)
    async with _producer(nemesis) as producer:
        for _ in range(3):
            nemesis.rng.shuffle(values)
            sent = [await producer.send(TOPIC, value, partition=p) for p, value in values]
            await asyncio.gather(*sent)


async def _log(nemesis: Nemesis) -> list[tuple[int, bytes]]:
    """Partition and value of the last events of every stream."""
    places = [(TOPIC, partition) for partition in range(PARTITIONS)]
    while True:
        try:
            found = await kafka.read_tails(nemesis.whole.settings("metrics"), places, AT_MOST, list)
        except kafka.LOST:
            await asyncio.sleep(0.5)
        else:
            values = [(partition, r.value) for (_, partition), records in found.items() for r in records]
            return [(partition, value) for partition, value in values if value and value.startswith(EVENT)]


def _producer(nemesis: Nemesis, **more: Any) -> AIOKafkaProducer:
    return AIOKafkaProducer(bootstrap_servers=nemesis.whole.brokers, acks="all", **more)


SCENARIOS = named(20, poison, log_repeated)
