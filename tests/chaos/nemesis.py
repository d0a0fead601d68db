"""The hand that harms, and what a scenario is."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple, TypeAlias

from tests.chaos.ground import Ground
from tests.chaos.history import History
from tests.client import PATIENCE
from tests.installation import Installation

Harm: TypeAlias = "Callable[[Nemesis], Awaitable[None]]"


class Skipped(Exception):
    """The host does not allow this scenario; the text says why."""


class Scenario(NamedTuple):
    """A harm that gives back what it took, and the seconds in which the figures should then catch up."""

    name: str
    harm: Harm
    goal: float


def named(goal: float, *harms: Harm) -> dict[str, Scenario]:
    """Scenarios with the names of these functions."""
    names = [harm.__name__.replace("_", "-") for harm in harms]
    return {name: Scenario(name, harm, goal) for name, harm in zip(names, harms, strict=True)}


@dataclass
class Nemesis:
    """What every scenario has at hand."""

    ground: Ground
    history: History
    rng: Random
    scale: float
    """By how much the lengths of harms are multiplied: 1 as they are described."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _later: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def whole(self) -> Installation:
        """The installation."""
        return self.ground.whole

    async def lasts(self, seconds: float) -> None:
        """Let the harm last this long, by the run's scale."""
        await asyncio.sleep(seconds * self.scale)

    def times(self, count: int) -> range:
        """So many times, by the run's scale; at least twice."""
        return range(max(2, round(count * self.scale)))

    async def some_time(self, least: float = 0.2, most: float = 1.5) -> None:
        """Let the load go on."""
        await asyncio.sleep(self.rng.uniform(least, most))

    async def submitted_more(self, count: int) -> None:
        """Wait until so many more were accepted; nothing keeps people from submitting meanwhile."""
        goal = len(self.history.accepted) + count
        async with asyncio.timeout(PATIENCE):
            while len(self.history.accepted) < goal:
                await asyncio.sleep(0.05)

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a harm go on beside the scenarios that follow, until `over` is set."""
        self._later.append(asyncio.create_task(work))

    async def end(self) -> None:
        """Nothing is harmed any more; what goes on beside ends."""
        self.over.set()
        await asyncio.gather(*self._later)
