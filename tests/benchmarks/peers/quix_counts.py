"""The roll-up by Quix Streams, exactly once: state store, changelog and offsets in one transaction.

`python -m tests.benchmarks.peers.quix_counts --brokers HOST:PORT --topic TOPIC --count N --out FILE` ends
after N records, prints its figures (from the first record until all is committed and closed) and writes
the counts that its state store holds.
"""

import argparse
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import orjson
from quixstreams import Application, State
from quixstreams.state.rocksdb import RocksDBStorePartition

from tests.benchmarks.peers import counts

COMMIT_INTERVAL = 1.0


class Clock:
    """When the first record was handled, on the wall and in the process's CPU time."""

    def __init__(self) -> None:
        self.began = self.cpu = 0.0

    def start(self) -> None:
        """The first record is here."""
        self.began, self.cpu = time.perf_counter(), time.process_time()


def run(brokers: str, topic: str, n: int, state: Path, clock: Clock, commit_interval: float) -> None:
    """Count `n` records of the topic from its beginning into a store below `state`."""
    application = Application(
        broker_address=brokers,
        consumer_group=f"quix-{uuid.uuid4().hex[:8]}",
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once",
        commit_interval=commit_interval,
        state_dir=state,
        loglevel="WARNING",
        auto_create_topics=True,
        consumer_extra_config={
            "queued.min.messages": 100_000,
            "fetch.max.bytes": 50 * 1024 * 1024,
            "max.partition.fetch.bytes": 4 * 1024 * 1024,
            "fetch.queue.backoff.ms": 10,
        },
        producer_extra_config={
            "linger.ms": 50,
            "batch.size": 1024 * 1024,
            "queue.buffering.max.messages": 1_000_000,
        },
    )
    # The relay gives every record its municipality as key, so a key's state is that municipality's counters.
    records = application.dataframe(application.topic(topic, value_deserializer="json"))
    records.update(_count(clock), stateful=True)
    application.run(count=n, collect=False)


def _count(clock: Clock) -> Any:
    # A read and a write of the store cost more than what a value of some dozen numbers adds to them, so all
    # families but the one that grows with time share a value.
    def count(envelope: dict[str, Any], state: State) -> None:
        if not clock.began:
            clock.start()
        if envelope["type"] != counts.COUNTED:
            return
        data = envelope["data"]
        campaign, (hour, *marks) = data["campaign"], counts.marks_of(data)
        name = f"{campaign}/{hour}".encode()
        state.set(name, state.get(name, 0) + 1)
        shared = state.get(campaign.encode(), {})
        for mark in marks:
            shared[mark] = shared.get(mark, 0) + 1
        state.set(campaign.encode(), shared)

    return count


def stored(state: Path) -> dict[str, int]:
    """The counts of every store below a folder."""
    found: dict[str, int] = {}
    for folder in {file.parent for file in state.rglob("CURRENT")}:
        partition = RocksDBStorePartition(path=str(folder))
        for place, value in partition.iter_items(b"", b"\xff"):
            municipality, _, name = place.decode().partition("|")
            campaign, _, mark = name.partition("/")
            known = orjson.loads(value)
            found |= counts.named(campaign, municipality, {mark: known} if mark else known)
        partition.close()
    return found


def main() -> None:
    """Count a backlog."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers.quix_counts", description=__doc__)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--commit-interval", type=float, default=COMMIT_INTERVAL, help="seconds")
    given = parser.parse_args()
    state, clock = Path(tempfile.mkdtemp(prefix="quix-")), Clock()
    try:
        run(given.brokers, given.topic, given.count, state, clock, given.commit_interval)
        seconds, cpu = time.perf_counter() - clock.began, time.process_time() - clock.cpu
        counts.write(given.out, stored(state))
    finally:
        shutil.rmtree(state)
    print(
        f"processed={given.count} seconds={seconds:.3f} events_per_second={given.count / seconds:.0f} "
        f"cpu_seconds={cpu:.3f}"
    )


if __name__ == "__main__":
    main()
