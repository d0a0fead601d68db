"""A chaos run: load, harm, healing, and the check."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx2

from deploy.local.postgres import Postgres
from services.chassis.notify import LOST
from tests import databases
from tests.chaos.checker import check
from tests.chaos.history import History
from tests.chaos.load import Load
from tests.chaos.nemesis import SCENARIOS, Nemesis
from tests.chaos.observer import Outsider, Watcher, looking_on
from tests.installation import Client, Installation, installation

WRITERS = 8
HEALING = 60.0
"""Seconds after which figures that still differ are a violation."""

Tell = Callable[[str], None]


@dataclass
class Outcome:
    """What a run did and found."""

    seed: int
    attempts: int = 0
    accepted: int = 0
    scenarios: list[tuple[str, float]] = field(default_factory=list)
    """Name, and the seconds from the end of the harm until the figures had caught up."""
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        names = ",".join(name for name, _ in self.scenarios)
        return (
            f"seed {self.seed}, scenarios {names}, {self.attempts} attempts, {self.accepted} accepted, "
            f"{len(self.violations)} violations"
        )


def quiet() -> None:
    """Let the clients of a test say nothing of a broker that is away on purpose."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


@contextmanager
def servers() -> Iterator[tuple[Installation, Postgres]]:
    """An installation whose intake has a database server of its own, everything running."""
    quiet()
    with ExitStack() as stack:
        of_others, of_intake = (stack.enter_context(databases.server()) for _ in range(2))
        whole = stack.enter_context(installation(of_others, of_intake))
        whole.start()
        asyncio.run(whole.load_region())
        yield whole, of_intake


async def run(
    whole: Installation, of_intake: Postgres, seed: int, scenarios: Iterable[str], file: Path, tell: Tell
) -> Outcome:
    """Harm in this order while people submit; then check everything."""
    outcome, rng = Outcome(seed), Random(seed)
    with file.open("wb") as written:
        history = History(written)
        async with whole.client() as client:
            await client.structure_arrived()
            watcher = Watcher(client, history, before=await _stored(client))
            outsider, load = (
                Outsider(whole.databases["metrics"].settings(kafka_brokers=whole.kafka.brokers)),
                Load(client, history, rng),
            )
            nemesis = Nemesis(client, of_intake, history, rng)
            async with looking_on(watcher, outsider):
                async with asyncio.TaskGroup() as group:
                    group.create_task(load.run(WRITERS))
                    await nemesis.submitted_more(10)
                    for name in scenarios:
                        tell(f"{name}: {history.attempts} attempts, {len(history.accepted)} accepted so far")
                        await SCENARIOS[name](nemesis)
                        outcome.scenarios.append((name, await _recovered(client)))
                    load.going = False
                tell("healing")
                await _settled(client, outsider)
                outcome.violations = await check(client, history, watcher, outsider)
        outcome.attempts, outcome.accepted = history.attempts, len(history.accepted)
    return outcome


async def _recovered(client: Client) -> float:
    """Seconds until the region shows what was accepted when the harm ended."""
    began, goal = time.monotonic(), await _stored(client)
    while time.monotonic() - began < HEALING:
        if await _shown(client) >= goal:
            break
        client.installation.revive()
        await asyncio.sleep(0.1)
    return time.monotonic() - began


async def _settled(client: Client, outsider: Outsider) -> None:
    deadline = time.monotonic() + HEALING
    while time.monotonic() < deadline:
        client.installation.revive()
        stored = await _stored(client)
        if stored == await _shown(client) == len(outsider.ids):
            await asyncio.sleep(1)
            if stored == await _stored(client):
                return
        await asyncio.sleep(0.2)


async def _stored(client: Client) -> int:
    while True:
        try:
            ((count,),) = await client.installation.rows("intake", "SELECT count(*) FROM initiative")
            return int(count)
        except LOST:
            await asyncio.sleep(0.2)


async def _shown(client: Client) -> int:
    try:
        found = await client.counters()
    except httpx2.HTTPError:
        return -1
    return int(found[0]["submitted"]) if found else -1
