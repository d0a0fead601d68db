"""A backlog rolled up by us and by others, then rebuilt."""

import asyncio
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from deploy.local.postgres import Postgres
from tests.benchmarks import rolling
from tests.benchmarks.costs import Cost
from tests.benchmarks.figures import Figure, Goal, compare
from tests.benchmarks.peers import bare, environment, log, streams
from tests.benchmarks.telling import step
from tests.installation import Installation, installation


class Peer(NamedTuple):
    """How many events a second somebody else counted, by which means, and our goal beside it; what an event
    cost them, in microseconds of CPU, where they tell."""

    name: str
    per_second: float
    told: str
    goal: Goal | None
    cpu: float | None = None


def measure(postgres: Postgres, n: int, repeats: int) -> list[Figure]:
    """Events a second and what each costs, beside public programs and beside our own strict form."""
    with installation(postgres) as whole, tempfile.TemporaryDirectory() as folder:
        with step(f"a backlog of {n:,} events"):
            asyncio.run(log.fill(whole.brokers, n))
        strict = _rolled_up(whole, n, "our roll-up by its strict form alone", "tests.benchmarks.strict")
        two = _rolled_up(whole, n, "our roll-up by two workers", workers=2)
        ours = [_rolled_up(whole, n, "our roll-up") for _ in range(repeats)]
        with step("rebuild"):
            rebuilt = asyncio.run(rolling.rebuild(whole, n))
        whole.stop(*whole.running)
        peers = list(_peers(whole.brokers, n, Path(folder)))
    return [*_figures(n, ours, strict, two, peers), _rebuild(rebuilt, ours)]


def _rolled_up(whole: Installation, n: int, what: str, *through: str, workers: int = 1) -> tuple[float, Cost]:
    asyncio.run(rolling.forget(whole))
    with step(what):
        return asyncio.run(rolling.roll_up(whole, n, *through, workers=workers))


def _peers(brokers: str, n: int, folder: Path) -> Iterator[Peer]:
    out = folder / "counts.json"
    with step("bare aiokafka loop"):
        run = asyncio.run(bare.count(brokers, n))
    yield Peer("", run.per_second, "bare getmany + orjson + dict, nothing durable", ("≥", 0.4))
    for threads, goal in ((1, ("≥", 0.5)), (2, None)):
        with step(f"Kafka Streams, threads: {threads}"):
            told = streams.count(brokers, log.TOPIC, n, out, threads)
        what = f"Kafka Streams exactly_once_v2, {threads} thread(s), warm; no fsync"
        each = told["cpu_seconds"] / n * 1e6
        yield Peer(f".kafka-streams-{threads}", told["warm_events_per_second"], what, goal, each)
    with step("Quix Streams"):
        words = ["--brokers", brokers, "--topic", log.TOPIC, "--count", n, "--out", out]
        quix = environment.figures(environment.run("quix_counts", *words))
    yield Peer(".quix", quix["events_per_second"], "Quix Streams, exactly once; no fsync", ("≥", 1.2))


def _figures(
    n: int,
    ours: Sequence[tuple[float, Cost]],
    strict: tuple[float, Cost],
    two: tuple[float, Cost],
    peers: Sequence[Peer],
) -> Iterator[Figure]:
    rates, cost = [rate for rate, _ in ours], ours[-1][1]
    what = f"events/s into committed counters, backlog of {n:,}"
    for peer in peers:
        told = f"{what}; other: {peer.told}"
        yield compare(
            f"rollup.apply{peer.name}", rates, peer.per_second, "1/s", told, goal=peer.goal, cost=cost
        )
    one = statistics.median(rates)
    yield compare("rollup.workers-2", two[0], one, "1/s", f"{what}, two workers; other: one")
    what = "CPU an event, PostgreSQL's too; other"
    alone = f"{what}: the same worker by its strict form alone"
    yield compare("rollup.cpu", cost.cpu, strict[1].cpu, "µs", alone, goal=("≤", 0.55), cost=cost)
    for peer in peers:
        if peer.cpu is not None:
            yield compare(f"rollup.cpu{peer.name}", cost.cpu, peer.cpu, "µs", f"{what}: {peer.told}")


def _rebuild(rate: float, ours: Sequence[tuple[float, Cost]]) -> Figure:
    other = statistics.median(of_run for of_run, _ in ours)
    what = "events/s replayed while serving; other: rollup.apply"
    return compare("rebuild", rate, other, "1/s", what, goal=("≥", 0.8))
