"""Targets in force at a moment, and what they add up to above the municipality."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from contracts.appointments import TargetScope, TargetSet
from services.directory import plan
from services.directory.plan import Parents, Parts
from services.metrics.domain import REGISTERED, SUBMITTED


@dataclass(frozen=True, slots=True)
class Goal:
    """What some municipalities want to reach together, and whose figures fulfil it.

    `with_target` of `among` municipalities have a target, their own or one above them.
    """

    registered: int
    submitted: int
    codes: frozenset[str]
    with_target: int
    among: int
    by_letter: int = 0
    """How many of the targets that it adds up were entered by the SMO."""

    def of(self, counter: str) -> int:
        """The target of a counter."""
        return {REGISTERED: self.registered, SUBMITTED: self.submitted}[counter]


@dataclass(frozen=True, slots=True)
class Above:
    """What the targets of the whole region make of a part: whose of its targets sums take, and who of it has
    one, own or above. No more of them: a picture changes only with what its viewer sees."""

    added: frozenset[str]
    covered: frozenset[str]


@dataclass(frozen=True)
class Targets:
    """The targets of a campaign that are in force, by municipality, and what is a part of what."""

    known: Mapping[str, TargetSet] = field(default_factory=dict)
    parents: Parents = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    """What was transformed: no target is missing there, and one that is there ends with its successor's."""
    above: Above | None = None
    """Of a part of the region; None: these are all."""

    @cached_property
    def _parts(self) -> Parts:
        return plan.parts_of(self.parents)

    def of(self, code: str) -> Goal | None:
        """A municipality's own target, by its scope; None without one."""
        target = self.known.get(code)
        if target is None:
            return None
        codes = plan.counted(code, target.scope, self._parts)
        return Goal(target.registered, target.submitted, codes, 1, 1, int(not target.confirmed))

    def together(self, codes: Collection[str]) -> Goal | None:
        """What some municipalities want together, each person once; None if none of them has a target."""
        chosen = [self.known[code] for code in sorted(self._taken(codes))]
        if not chosen:
            return None
        with_target, among = self.counts(codes)
        return Goal(
            registered=sum(target.registered for target in chosen),
            submitted=sum(target.submitted for target in chosen),
            codes=frozenset().union(*(plan.counted(t.municipality, t.scope, self._parts) for t in chosen)),
            with_target=with_target,
            among=among,
            by_letter=sum(not target.confirmed for target in chosen),
        )

    def counts(self, codes: Collection[str]) -> tuple[int, int]:
        """How many of them have a target, and of how many one is asked."""
        asked = plan.asked(codes, self.added, self.gone)
        return len(self._covered(asked)), len(asked)

    def is_covered(self, code: str) -> bool:
        """Whether a municipality has a target: its own, or one with settlements above it."""
        return code in self._covered([code])

    def missing(self, codes: Collection[str]) -> set[str]:
        """Who of them has no target, neither of their own nor above them."""
        asked = {code for code in codes if code not in self.gone}
        return asked - self._covered(asked)

    @cached_property
    def added(self) -> frozenset[str]:
        """Whose targets the region's sum takes."""
        return self.above.added if self.above else plan.added(self._scopes, self.parents)

    def _taken(self, codes: Collection[str]) -> frozenset[str]:
        """Where the region's sum takes none of theirs, they are looked at by themselves: so is a settlement,
        whose people are in its district's target."""
        scopes = {code: scope for code in codes if (scope := self._scopes.get(code))}
        return plan.taken(codes, self.added) or plan.added(scopes, self.parents)

    def over(self, codes: Collection[str]) -> Above:
        """What these make of a part of them."""
        return Above(plan.taken(codes, self.added), self._covered(codes))

    @cached_property
    def _scopes(self) -> Mapping[str, TargetScope]:
        scopes = {code: target.scope for code, target in self.known.items()}
        return plan.lasting(scopes, self.parents, self.gone)

    def _covered(self, codes: Collection[str]) -> frozenset[str]:
        if self.above:
            return self.above.covered & frozenset(codes)
        return plan.covered(codes, self._scopes, self.parents)


def in_force(
    versions: Iterable[TargetSet], campaign: str, before: datetime | None = None
) -> dict[str, TargetSet]:
    """Each municipality's latest version, of those that were set before a moment."""
    found: dict[str, TargetSet] = {}
    for target in versions:
        known = found.get(target.municipality)
        if (
            target.campaign == campaign
            and (before is None or target.set_at < before)
            and (known is None or known.number < target.number)
        ):
            found[target.municipality] = target
    return found
