"""A chaos run: load, harm, healing, and the check."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx2

from services.chassis.db.notify import LOST
from tests.chaos import checker, checkpoints, deciding, hotline, working
from tests.chaos.ground import Ground
from tests.chaos.harms.watchers import watchers_flap
from tests.chaos.history import History
from tests.chaos.load import Load
from tests.chaos.nemesis import Nemesis, Scenario, Skipped
from tests.chaos.observer import Outsider, Watcher, looking_on
from tests.client import Client
from tests.installation import Installation

WRITERS = 8

Tell = Callable[[str], None]


class Manner(NamedTuple):
    """How a run is done: seed, part of the described lengths, a writer's pause between submissions, the
    seconds after which figures that still differ are a violation, and how many are accepted before the first
    harm: then many watch, and every process has taken what it keeps."""

    seed: int
    scale: float
    pause: float
    healing: float = 120
    warm: int = 1000


class Told(NamedTuple):
    """What became of a scenario: the seconds from its end until the figures had caught up, or why it was
    skipped."""

    scenario: Scenario
    seconds: float
    skipped: str = ""

    def __str__(self) -> str:
        name, _, goal = self.scenario
        if self.skipped:
            return f"{name:<28} skipped: {self.skipped}"
        late = f", later than {goal:.0f} s" if self.seconds > goal else ""
        return f"{name:<28} caught up in {self.seconds:5.1f} s{late}"


@dataclass
class Outcome:
    """What a run did and found."""

    seed: int
    attempts: int = 0
    accepted: int = 0
    asked: int = 0
    """Inquiries that the hotline accepted."""
    decided: int = 0
    """Initiatives on which something was decided."""
    worked: int = 0
    """Deeds that were done with orders and questions."""
    scenarios: list[Told] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        names = ",".join(told.scenario.name for told in self.scenarios)
        return (
            f"seed {self.seed}, scenarios {names}, {self.attempts} attempts, {self.accepted} accepted, "
            f"{self.asked} asked, {self.decided} decided, {self.worked} worked, "
            f"{len(self.violations)} violations"
        )


def quiet() -> None:
    """Let the clients of a test say nothing of a broker that is away on purpose."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


async def run(
    ground: Ground, manner: Manner, scenarios: Iterable[Scenario], file: Path, tell: Tell
) -> Outcome:
    """Harm in this order while people submit; then check everything."""
    whole, rng = ground.whole, Random(manner.seed)
    outcome = Outcome(manner.seed)
    with file.open("wb") as written:
        history = History(written)
        async with whole.client() as client:
            await client.structure_arrived()
            watcher = Watcher(client, history, before=await _stored(client))
            outsider = Outsider(whole.settings("metrics"))
            load = Load(client, history, rng, manner.pause)
            asked = History(written)
            calls = hotline.Calls(client, asked, Random(manner.seed), manner.pause)
            decisions = History(written)
            deciders = deciding.Deciders(client, history, decisions, Random(manner.seed))
            line = working.Line(client, History(written), Random(manner.seed))
            nemesis = Nemesis(ground, history, rng, manner.scale)

            async def found() -> list[str]:
                await _settled(client, outsider, deadline)
                checked = await checker.check(client, history, watcher, outsider)
                more = await hotline.violations(whole, asked) + await hotline.overdue(whole)
                more += await deciding.violations(whole, history, decisions)
                more += await working.violations(whole, line)
                return checked + more + await checkpoints.violations(whole, ground.midnight)

            async with looking_on(watcher, outsider, supervising(whole)):
                async with asyncio.TaskGroup() as group:
                    group.create_task(load.run(WRITERS))
                    group.create_task(calls.run())
                    group.create_task(deciders.run(manner.pause))
                    group.create_task(line.run())
                    await nemesis.submitted_more(manner.warm)
                    await watchers_flap(nemesis)
                    # One that has just been started anew holds next to nothing yet.
                    for process in list(whole.running):
                        await asyncio.to_thread(whole.wait_ready, process)
                    before = checker.footprints(whole)
                    for scenario in scenarios:
                        tell(f"{scenario.name}: {history}")
                        outcome.scenarios.append(await _suffered(nemesis, client, scenario, manner.healing))
                        tell(str(outcome.scenarios[-1]))
                    await nemesis.end()
                    load.going = calls.going = deciders.going = line.going = False
                tell("healing")
                deadline = time.monotonic() + manner.healing
                await checkpoints.settled(whole, ground.midnight)
                outcome.violations = await found()
                # A relay looks at its topics now and then: what it found at this moment is told anew.
                while outcome.violations and time.monotonic() < deadline:
                    outcome.violations = await found()
                outcome.violations += checker.grown(before, checker.footprints(whole))
        outcome.attempts, outcome.accepted = history.attempts, len(history.accepted)
        outcome.asked, outcome.decided = len(asked.accepted), deciders.decided
        outcome.worked = line.deeds.total()
    return outcome


async def supervising(whole: Installation) -> None:
    """Start anew whatever has ended by itself, until cancelled."""
    while True:
        whole.revive()
        await asyncio.sleep(0.2)


async def _suffered(nemesis: Nemesis, client: Client, scenario: Scenario, healing: float) -> Told:
    try:
        await scenario.harm(nemesis)
    except Skipped as reason:
        return Told(scenario, 0, str(reason))
    return Told(scenario, await _recovered(client, healing))


async def _recovered(client: Client, healing: float) -> float:
    """Seconds until the region shows what was accepted when the harm ended, and no more than there is."""
    began, goal = time.monotonic(), await _stored(client)
    while time.monotonic() - began < healing:
        if goal <= await _shown(client) <= await _stored(client):
            break
        await asyncio.sleep(0.25)
    return time.monotonic() - began


async def _settled(client: Client, outsider: Outsider, deadline: float) -> None:
    whole = client.installation
    while time.monotonic() < deadline:
        stored = await _stored(client)
        if stored == await _shown(client) == len(outsider.ids) and not await checker.behind(whole):
            await asyncio.sleep(1)
            if stored == await _stored(client) and not await checker.behind(whole):
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
