"""The municipalities beside their targets as of a moment: figures, shares, pace, places. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from contracts.results import Standing
from services.metrics.domain import COUNTERS, SUBMITTED
from services.metrics.picture.plan import Plan
from services.metrics.picture.structure import Structure
from services.metrics.plan.places import places
from services.metrics.plan.progress import Progress
from services.metrics.store.results import Totals

Peers: TypeAlias = tuple[str | None, bool]
"""Among whom a municipality has a place: those of its SMO, and of the upper tier or of the lower."""


@dataclass(frozen=True)
class Board:
    """What was counted, beside the plan. `due`: the day by whose end something was expected."""

    structure: Structure
    plan: Plan
    totals: Totals
    due: date

    def figure(self, codes: Collection[str], counter: str) -> int:
        """What some municipalities have counted together."""
        return sum(self.totals.get((code, counter), 0) for code in codes)

    def codes_of(self, code: str) -> frozenset[str]:
        """Whose figures a municipality's result is about: those of its target, its own without one."""
        goal = self.plan.goal(code)
        return goal.codes if goal else frozenset({code})

    def progress(self, code: str, counter: str) -> Progress | None:
        """How far a municipality is with a counter; None without a target."""
        if (goal := self.plan.goal(code)) is None:
            return None
        way = self.plan.ways.get(counter)
        return Progress(goal.of(counter), self.figure(goal.codes, counter), self.due, way)

    def standing(self, code: str) -> dict[str, Any]:
        """A municipality's line, as `Standing` takes it."""
        codes, target = self.codes_of(code), self.plan.targets.known.get(code)
        line: dict[str, Any] = {"municipality": code}
        line |= {counter: self.figure(codes, counter) for counter in COUNTERS}
        if target is None:
            return line
        line |= {"scope": target.scope, "target_number": target.number, "target_confirmed": target.confirmed}
        for counter in COUNTERS:
            if progress := self.progress(code, counter):
                line[f"target_{counter}"] = progress.target
                line |= {f"share_{counter}": progress.share, f"pace_{counter}": progress.pace}
        return line

    def shown(self, code: str) -> Standing:
        """The same as an event holds it."""
        return Standing.model_validate(self.standing(code))

    # ---- among equals ----
    def peers(self, code: str) -> Peers | None:
        """Among whom a municipality has a place; None for one that the structure does not know."""
        municipality = self.structure.municipalities.get(code)
        return (municipality.smo, municipality.parent is None) if municipality else None

    @cached_property
    def shares(self) -> Mapping[Peers, Mapping[str, float]]:
        """The shares of submitted of all that have a target, by whom they are among."""
        found: dict[Peers, dict[str, float]] = {}
        for code in self.plan.targets.known:
            if (peers := self.peers(code)) and (progress := self.progress(code, SUBMITTED)):
                found.setdefault(peers, {})[code] = progress.share
        return found

    def equals(self, peers: Peers | None) -> Collection[str]:
        """Those among these that have a target."""
        return self.shares.get(peers, {}) if peers else ()

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place among its equals of everyone that has a target."""
        return {code: nth for shares in self.shares.values() for code, nth in places(shares).items()}
