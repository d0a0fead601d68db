"""From the 201 to the number on an SSE client, beside a bare round trip through Kafka."""

import asyncio
import statistics
import time
from bisect import bisect_left

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import TopicPartition

from tests.benchmarks import http
from tests.benchmarks.submission import requests
from tests.client import Person
from tests.installation import Installation


def p50_p99(seconds: list[float]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


async def to_the_screen(
    whole: Installation, people: list[Person], rate: float, n: int
) -> tuple[float, float]:
    """p50 and p99 in milliseconds at so many submissions a second."""
    url, shown, started = whole.url("intake"), list[tuple[int, float]](), asyncio.Event()
    async with whole.client() as client:
        before = (await client.counters())[0]["submitted"]

        async def watch() -> None:
            async with client.live() as pictures:
                async for picture in pictures:
                    shown.append((picture["region"]["submitted"], time.monotonic()))
                    started.set()

        watching = asyncio.create_task(watch())
        await started.wait()
        load = await http.send(url, iter(list(requests(url, people, n))), 64, rate)
        assert not load.others, load.others[:3]
        while shown[-1][0] < before + n:
            await asyncio.sleep(0.01)
        watching.cancel()
    counts = [count for count, _ in shown]
    return p50_p99(
        [
            max(0.0, shown[bisect_left(counts, before + i + 1)][1] - at)
            for i, at in enumerate(sorted(load.accepted))
        ]
    )


async def through_kafka(brokers: str, rate: float, n: int) -> tuple[float, float]:
    """p50 and p99 in milliseconds of produce → consume by bare aiokafka."""
    taken: list[float] = []
    place = TopicPartition("round-trip", 0)
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    await admin.create_topics([NewTopic(place.topic, 1, 1)])
    await admin.close()
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers)
    async with AIOKafkaProducer(bootstrap_servers=brokers, acks="all") as producer, consumer:
        consumer.assign([place])
        await consumer.seek_to_end()
        await consumer.position(place)

        async def read() -> None:
            async for record in consumer:
                taken.append(time.monotonic() - float(record.value or b""))
                if len(taken) == n:
                    return

        reading, began = asyncio.create_task(read()), time.monotonic()
        for i in range(n):
            await asyncio.sleep(max(0.0, began + i / rate - time.monotonic()))
            await producer.send(place.topic, str(time.monotonic()).encode(), partition=0)
        await reading
    return p50_p99(taken)
