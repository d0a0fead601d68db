"""A model of one event stream: every interleaving of a small world, with production's decisions inside.

Checked in every state: the counters equal the recount of the projection, no version goes back and no
event is applied twice within an epoch, and by own steps alone a rest can be reached at which the
reader equals the producer. A transaction is one step, a process's memory lives between two.

Simpler than life: a tail check reads what was sent and the log in one step and sees the whole log, a
reader at rest has read to the log's end, and steps that would change nothing are left out.
"""

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.protocol import outside, reading, relaying
from tests.protocol.world import Rules, Step, World, recount

LONGEST_LOG = 20
HIGHEST_EPOCH = 5
MOST_STATES = 3_200_000

CACHES = (
    relaying.link,
    relaying.is_ahead,
    relaying.log_top,
    reading.take,
    reading.least_that_moves,
)


class TooLarge(Exception):
    """The scenario has more states than a test may explore."""


@dataclass(slots=True)
class Explored:
    """The states found so far, and how each was reached first."""

    states: list[World]
    steps: list[tuple[int, str]]
    numbers: dict[World, int]
    flaw: str = ""
    at: int = 0
    before: list[list[int]] = field(default_factory=lambda: [[]])
    rests: list[int] = field(default_factory=list)

    def trace(self) -> str:
        """The flaw and what led to it, line by line."""
        here, lines = self.at, list[str]()
        while here:
            here, label = self.steps[here]
            lines.append(label)
        return "\n".join([self.flaw, *reversed(lines), *_picture(self.states[self.at])])

    def number(self, world: World, step: tuple[int, str]) -> tuple[int, bool]:
        """The state's number, and whether it is new."""
        known = self.numbers.get(world)
        if known is not None:
            return known, False
        number = self.numbers[world] = len(self.states)
        self.states.append(world)
        self.steps.append(step)
        self.before.append([])
        return number, True


def explore(first: World, rules: Rules) -> Explored:
    """Breadth first until the first flaw, or until there is nothing new. Raises TooLarge."""
    explored = _nothing_but(first)
    with _without_collector():
        if _search(explored, rules, MOST_STATES):
            raise TooLarge
        if not explored.flaw:
            _find_stuck(explored)
    return explored


def explore_beginning(first: World, rules: Rules, states: int) -> Explored:
    """Breadth first until the first flaw, or until so many states are known; whether each of them can come
    to rest takes all of them."""
    explored = _nothing_but(first)
    with _without_collector():
        _search(explored, rules, states)
    return explored


def _nothing_but(first: World) -> Explored:
    for cached in CACHES:
        cached.cache_clear()
    return Explored([first], [(0, "")], {first: 0})


def _search(explored: Explored, rules: Rules, most: int) -> bool:
    """Whether anything is left to be looked at beyond the first flaw or so many states."""
    queue = deque([0])
    while queue and len(explored.states) <= most:
        here = queue.popleft()
        world = explored.states[here]
        own = list(_own_steps(world, rules))
        explored.flaw = flaw(world, at_rest=not own)
        if explored.flaw:
            explored.at = here
            return False
        if not own:
            explored.rests.append(here)
        for label, after in own:
            there, is_new = explored.number(after, (here, label))
            explored.before[there].append(here)
            if is_new:
                queue.append(there)
        queue.extend(_new(explored, here, outside.steps(world, rules)))
    return bool(queue)


def _new(explored: Explored, here: int, steps: Iterable[Step]) -> Iterator[int]:
    for label, after in steps:
        there, is_new = explored.number(after, (here, label))
        if is_new:
            yield there


def _own_steps(world: World, rules: Rules) -> Iterator[Step]:
    for me in range(len(world.relays)):
        yield from relaying.steps(world, me, rules)
    yield from reading.steps(world, rules)


def flaw(world: World, at_rest: bool) -> str:
    """Which promise this state breaks."""
    inbox, aggregates = world.inbox, world.producer.aggregates
    if world.broken:
        return world.broken
    if inbox.counters != recount(inbox.projection):
        return "counters differ from the projection"
    if len(world.log) > LONGEST_LOG or world.producer.epoch > HIGHEST_EPOCH:
        return "sends or epochs without end"
    if at_rest and inbox.projection != aggregates:
        return "at rest the reader differs from the producer"
    return ""


def _find_stuck(explored: Explored) -> None:
    """Go back from every rest along own steps; what is not reached can never rest."""
    reached, queue = bytearray(len(explored.states)), deque(explored.rests)
    for rest in explored.rests:
        reached[rest] = 1
    while queue:
        for before in explored.before[queue.popleft()]:
            if not reached[before]:
                reached[before] = 1
                queue.append(before)
    if (stuck := reached.find(0)) >= 0:
        explored.flaw, explored.at = "no way to rest from here", stuck


def _picture(world: World) -> Sequence[str]:
    log = " ".join(f"{record.epoch}/{record.sequence}:{record.row.id}" for record in world.log)
    producer, inbox, memory = world.producer, world.inbox, world.memory
    return (
        f"  producer {[tuple(a) for a in producer.aggregates]} {producer.head}",
        f"  log {log}",
        f"  relays {[(r.phase, r.connected, r.heard) for r in world.relays]}, missing {world.missing}",
        f"  reader {[tuple(a) for a in inbox.projection]} {inbox.counters} at {inbox.place}",
        f"  remembers {memory}",
    )


@contextmanager
def _without_collector() -> Iterator[None]:
    """States hold no cycles, and there are many."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
