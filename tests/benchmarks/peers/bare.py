"""A bare loop: aiokafka, orjson, a dictionary. Nothing is durable, nothing is checked.

`python -m tests.benchmarks.peers.bare --brokers HOST:PORT --count N --out FILE` prints its figures and
writes the counts.
"""

import argparse
import asyncio
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.initiatives import InitiativeSubmitted
from contracts.streams import PARTITIONS
from tests.benchmarks.peers import counts

AT_ONCE = 2000


@dataclass(frozen=True)
class Run:
    """How long a run took between its first and its last record, what it cost and what it counted."""

    processed: int
    seconds: float
    cpu_seconds: float
    counts: dict[str, int]

    @property
    def per_second(self) -> float:
        """Events per second."""
        return self.processed / self.seconds

    def told(self) -> str:
        """The run's figures in a line."""
        return (
            f"processed={self.processed} seconds={self.seconds:.3f} "
            f"events_per_second={self.per_second:.0f} cpu_seconds={self.cpu_seconds:.3f}"
        )


async def count(brokers: str, n: int, topic: str = InitiativeSubmitted.topic) -> Run:
    """Read `n` records from the beginning and count them."""
    counted, processed = defaultdict[tuple[str, str], Counter[str]](Counter), 0
    consumer = AIOKafkaConsumer(
        bootstrap_servers=brokers, auto_offset_reset="earliest", max_partition_fetch_bytes=4 * 1024 * 1024
    )
    async with consumer:
        consumer.assign([TopicPartition(topic, partition) for partition in range(PARTITIONS)])
        began, cpu = time.perf_counter(), time.process_time()
        while processed < n:
            for batch in (await consumer.getmany(timeout_ms=1000, max_records=AT_ONCE)).values():
                for record in batch:
                    envelope = orjson.loads(record.value or b"")
                    if envelope["type"] == counts.COUNTED:
                        data = envelope["data"]
                        counted[data["campaign"], data["municipality"]].update(counts.marks_of(data))
                processed += len(batch)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    return Run(processed, seconds, cpu_seconds, counts.together(counted))


def main() -> None:
    """Count a backlog."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers.bare", description=__doc__)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topic", default=InitiativeSubmitted.topic)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    run = asyncio.run(count(given.brokers, given.count, given.topic))
    counts.write(given.out, run.counts)
    print(run.told())


if __name__ == "__main__":
    main()
