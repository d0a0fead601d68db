"""The protocol holds in every scenario, and no rule of it can be left out."""

import inspect
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from contracts import streams
from services.chassis.streams import inbox, tail
from tests.protocol.model import explore, explore_beginning
from tests.protocol.world import Budget, Rules, World, beginning


class Scenario(NamedTuple):
    """A small world, and how many states it has at the least."""

    aggregates: int
    budget: Budget
    states: int

    @property
    def first(self) -> World:
        return beginning(self.aggregates, self.budget)


class Guard(NamedTuple):
    """A guard in a production function, and what is there when it is taken out."""

    function: Callable[..., Any]
    text: str
    instead: str = ""


class Mutant(NamedTuple):
    """The protocol without a rule, and where that shows."""

    scenario: str
    rules: Rules = Rules()
    guards: tuple[Guard, ...] = ()


# A database that is restored without a backup is empty again.
SCENARIOS = {
    "crashes": Scenario(2, Budget(changes=2, relay_crashes=1, second_relays=1, reader_crashes=1), 73_000),
    "log lost": Scenario(2, Budget(changes=3, losses=1), 7_900),
    "log lost twice": Scenario(2, Budget(changes=2, losses=2, relay_crashes=1, reader_crashes=1), 61_000),
    "log lost, second relay": Scenario(1, Budget(changes=2, losses=1, second_relays=1), 28_000),
    "emptied": Scenario(1, Budget(changes=2, restores=1), 390),
    "emptied twice": Scenario(1, Budget(changes=2, restores=2), 2_000),
    "emptied, second relay": Scenario(1, Budget(changes=2, restores=1, second_relays=1), 46_000),
    "emptied, log lost": Scenario(2, Budget(changes=3, losses=1, restores=1), 900_000),
    "emptied, log lost twice": Scenario(1, Budget(changes=3, losses=2, restores=1), 3_000_000),
    "restored": Scenario(1, Budget(changes=2, backups=1, restores=1), 1_900),
    "restored twice": Scenario(1, Budget(changes=2, backups=1, restores=2), 14_000),
    "restored, crashes": Scenario(
        1, Budget(changes=2, backups=1, restores=1, relay_crashes=1, reader_crashes=1), 35_000
    ),
    "restored, second relay": Scenario(1, Budget(changes=1, backups=1, restores=1, second_relays=1), 11_000),
    "restored, log lost": Scenario(1, Budget(changes=2, losses=1, backups=1, restores=1), 63_000),
    "restored, record repeated": Scenario(1, Budget(changes=2, repeats=1, backups=1, restores=1), 32_000),
    "both restored": Scenario(
        1,
        Budget(changes=2, backups=1, restores=1, reader_backups=1, reader_restores=1, reader_crashes=1),
        48_000,
    ),
}

NO_CHAIN = Guard(inbox.in_order, "streams.link(here.chain, envelope.id) != envelope.chain", "False")
NO_GAPS = Guard(inbox.in_order, "envelope.sequence > here.mark + 1", "False")
NO_LOWER_EPOCHS = Guard(inbox.in_order, "envelope.epoch < here.epoch or ")
NO_DUPLICATES = Guard(inbox.in_order, "or envelope.sequence <= here.mark")
ANY_NUMBER_BEGINS = (
    Guard(inbox.in_order, " and envelope.sequence == 1"),
    Guard(inbox.in_order, "Place(envelope.epoch, 0, ", "Place(envelope.epoch, envelope.sequence - 1, "),
    Guard(inbox.in_order, "elif streams.link(", "elif not begins and streams.link("),
)
NO_LOWER_END = Guard(tail.log_top, "log_tail[-1].epoch < head.epoch", "False")

# Not here, because other rules make up for them: a broken chain is a gap (reports tell the relay), higher
# epochs are compared (lost numbers stand below them), marks name their epoch (the periodic check goes back).
MUTANTS = {
    "the chain is not compared": Mutant("emptied, log lost", guards=(NO_CHAIN,)),
    "the chain forgets what came before": Mutant(
        "emptied, log lost", guards=(Guard(streams.link, "bytes.fromhex(previous) + "),)
    ),
    "an epoch begins at any number": Mutant("log lost", guards=ANY_NUMBER_BEGINS),
    "a higher epoch is not missed": Mutant(
        "log lost", guards=(Guard(inbox.in_order, "outcome.gap = (envelope.epoch, 1)", "pass"),)
    ),
    "an epoch keeps what the last one told": Mutant(
        "emptied", guards=(Guard(inbox.in_order, "outcome.reset or outcome.place.epoch > 0", "False"),)
    ),
    "an epoch keeps the last one's part of the batch": Mutant(
        "emptied", guards=(Guard(inbox.in_order, "todo.clear()", "pass"),)
    ),
    "the tail check compares numbers alone": Mutant(
        "emptied, second relay",
        guards=(Guard(tail.is_ahead, "known.get(place.seq) != place.chain", "place.seq not in known"),),
    ),
    "the tail check compares lower epochs": Mutant(
        "emptied", guards=(Guard(tail.is_ahead, "place.epoch == epoch and "),)
    ),
    "the tail check trusts the highest number": Mutant(
        "log lost, second relay", guards=(Guard(tail.log_top, "ours[-1]", "max(ours)"),)
    ),
    "nobody reports": Mutant("emptied, log lost", Rules(reports=False)),
    "nobody looks back": Mutant("log lost", Rules(looks_back=False)),
    "nobody reads again": Mutant("emptied, log lost twice", Rules(reads_again=False)),
    "nobody asks": Mutant("log lost", Rules(asks=False)),
    "no opening record": Mutant("emptied", Rules(opens=False)),
    "no restatement": Mutant("restored", Rules(restates=False)),
    "no version guard": Mutant("restored", Rules(guards_versions=False)),
    "no periodic check": Mutant("log lost", Rules(checks_periodically=False)),
    # Each rule that is missing in one of these makes up for the others.
    "no check in a session": Mutant("emptied", Rules(checks_every_session=False, checks_periodically=False)),
    "an epoch is one above the own": Mutant(
        "emptied twice", Rules(goes_above_all_seen=False, checks_periodically=False)
    ),
    "known numbers are taken again": Mutant("restored, record repeated", guards=(NO_DUPLICATES, NO_CHAIN)),
    "gaps are jumped": Mutant("log lost", guards=(NO_GAPS, NO_CHAIN)),
    "the log's top is of any epoch": Mutant(
        "emptied, log lost",
        guards=(Guard(tail.log_top, " if place.epoch == head.epoch"), NO_LOWER_END),
    ),
    "lower epochs are taken": Mutant(
        "emptied, second relay", guards=(NO_LOWER_EPOCHS, NO_CHAIN, NO_LOWER_END)
    ),
}


LARGE = {name: scenario for name, scenario in SCENARIOS.items() if scenario.states >= 500_000}
BEGINNING = 170_000
"""So many states of a large scenario are enough to see every mutant go wrong."""


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(scenario, id=name, marks=[pytest.mark.full] if name in LARGE else [])
        for name, scenario in SCENARIOS.items()
    ],
)
def test_every_promise_holds(scenario: Scenario) -> None:
    explored = explore(scenario.first, Rules())

    assert not explored.flaw, explored.trace()
    assert len(explored.states) >= scenario.states


@pytest.mark.parametrize("scenario", LARGE.values(), ids=LARGE)
def test_every_promise_holds_at_the_beginning_of_what_is_large(scenario: Scenario) -> None:
    explored = explore_beginning(scenario.first, Rules(), BEGINNING)

    assert not explored.flaw, explored.trace()
    assert len(explored.states) >= BEGINNING


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_without_a_rule_a_promise_is_broken(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, mutant.guards)

    first = SCENARIOS[mutant.scenario].first
    large = mutant.scenario in LARGE
    explored = explore_beginning(first, mutant.rules, BEGINNING) if large else explore(first, mutant.rules)

    assert explored.flaw


def without(monkeypatch: pytest.MonkeyPatch, guards: tuple[Guard, ...]) -> None:
    """Take guards out of production functions; a guard that is not there is an error of the test."""
    for function in {guard.function: None for guard in guards}:
        source = inspect.getsource(function)
        for _, text, instead in (guard for guard in guards if guard.function is function):
            assert text in source
            source = source.replace(text, instead)
        module = sys.modules[function.__module__]
        scope = dict(vars(module))
        exec(source, scope)
        monkeypatch.setattr(module, function.__name__, scope[function.__name__])
