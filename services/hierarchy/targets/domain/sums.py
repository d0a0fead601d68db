"""Targets above the municipality: what they add up to, so that each person is taken once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from contracts.appointments import TargetScope
from services.directory import plan
from services.directory.plan import Parents
from services.hierarchy.targets.domain.targets import Version


@dataclass(frozen=True, slots=True)
class Sum:
    """What some municipalities want together (None: none of them has a target); `with_target` of them have
    one, their own or above them, of `among`."""

    registered: int | None
    submitted: int | None
    confirmed: bool
    with_target: int
    among: int


@dataclass(frozen=True)
class Standing:
    """The targets in force by municipality, what is a part of what, and who was transformed."""

    known: Mapping[str, Version]
    parents: Parents
    transformed: Collection[str] = frozenset()

    def added(self, codes: Collection[str]) -> frozenset[str]:
        """Whose targets the sum over these municipalities takes. Where the region's takes none of them, they
        are looked at by themselves: a settlement's is the whole sum then."""
        scopes = {code: scope for code in codes if (scope := self._scopes.get(code))}
        return plan.taken(codes, self._added) or plan.added(scopes, self.parents)

    def missing(self, codes: Collection[str]) -> set[str]:
        """Who of them has no target, neither of their own nor above them."""
        present = set(codes) - set(self.transformed)
        return present - plan.covered(present, self._scopes, self.parents)

    def together(self, codes: Collection[str]) -> Sum:
        """What these municipalities want together."""
        return self._sum(codes, self.added(codes))

    def part(self, codes: Collection[str]) -> Sum:
        """What these municipalities add to the region, of which others are parts beside them."""
        return self._sum(codes, plan.taken(codes, self._added))

    def _sum(self, codes: Collection[str], added: frozenset[str]) -> Sum:
        taken = [self.known[code] for code in added]
        among, missing = plan.asked(codes, added, self.transformed), self.missing(codes)
        return Sum(
            registered=sum(each.figures.registered for each in taken) if taken else None,
            submitted=sum(each.figures.submitted for each in taken) if taken else None,
            confirmed=all(each.confirmed for each in taken),
            with_target=len(among) - len(missing),
            among=len(among),
        )

    @cached_property
    def _added(self) -> frozenset[str]:
        return plan.added(self._scopes, self.parents)

    @cached_property
    def _scopes(self) -> Mapping[str, TargetScope]:
        scopes = {code: version.figures.scope for code, version in self.known.items()}
        return plan.lasting(scopes, self.parents, self.transformed)
