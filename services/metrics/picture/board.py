"""The municipalities beside their targets as of the end of a day: figures, shares, pace, places. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

from services.metrics.domain import COUNTERS, SUBMITTED
from services.metrics.picture.plan import Plan
from services.metrics.picture.structure import Structure
from services.metrics.plan.places import Place, places
from services.metrics.plan.progress import Progress
from services.metrics.plan.targets import Goal
from services.metrics.store.results import Totals

Peers: TypeAlias = tuple[str | None, bool]
"""Among whom a municipality has a place: those of its SMO, and of the upper tier or of the lower."""


@dataclass(frozen=True)
class Board:
    """What was counted up to a day's end, or so far while it runs, beside the plan. `due`: the day by whose
    end something was expected; the same, unless it still runs."""

    structure: Structure
    plan: Plan
    totals: Totals
    day: date
    due: date

    def figure(self, codes: Iterable[str], counter: str) -> int:
        """What some municipalities have counted together."""
        return sum(self.totals.get((code, counter), 0) for code in codes)

    def figures(self, codes: Collection[str]) -> dict[str, int]:
        """The same of every counter."""
        return {counter: self.figure(codes, counter) for counter in COUNTERS}

    def codes_of(self, code: str) -> frozenset[str]:
        """Whose figures a municipality's result is about: those of its target, its own without one."""
        goal = self.plan.goal(code)
        return goal.codes if goal else frozenset({code})

    def progress(self, code: str, counter: str) -> Progress | None:
        """How far a municipality is with a counter; None without a target."""
        return self.reached(self.plan.goal(code)).get(counter)

    def reached(self, goal: Goal | None) -> dict[str, Progress]:
        """By counter, how far those are whose figures fulfil a goal; empty without one."""
        if goal is None:
            return {}
        return {
            counter: Progress(
                goal.of(counter), self.figure(goal.codes, counter), self.due, self.plan.ways.get(counter)
            )
            for counter in COUNTERS
        }

    # ---- among equals ----
    def peers(self, code: str) -> Peers | None:
        """Among whom a municipality has a place; None for one that the structure does not know."""
        municipality = self.structure.municipalities.get(code)
        return (municipality.smo, municipality.parent is None) if municipality else None

    def equals(self, peers: Peers | None) -> Collection[str]:
        """Those among these that have a target."""
        return self._shares.get((peers, SUBMITTED), {}) if peers else ()

    @cached_property
    def places(self) -> Mapping[str, Mapping[str, Place]]:
        """By counter, the place among its equals of everyone that has a target."""
        placed: dict[str, dict[str, Place]] = defaultdict(dict)
        for (_, counter), shares in self._shares.items():
            for code, place in places(shares).items():
                placed[code][counter] = place
        return dict(placed)

    @cached_property
    def _shares(self) -> Mapping[tuple[Peers, str], Mapping[str, float]]:
        """The shares of all that have a target, by whom they are among and by counter."""
        found: dict[tuple[Peers, str], dict[str, float]] = defaultdict(dict)
        for code in self.plan.targets.known:
            if peers := self.peers(code):
                for counter, progress in self.reached(self.plan.goal(code)).items():
                    found[peers, counter][code] = progress.share
        return dict(found)
