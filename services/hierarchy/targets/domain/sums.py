"""Targets above the municipality: what they add up to, so that each person is taken once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

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
        """Whose targets the sum over these municipalities takes."""
        within = {code: self.parents.get(code) for code in codes}
        return plan.added({code: v.figures.scope for code, v in self.known.items() if code in within}, within)

    def missing(self, codes: Collection[str]) -> set[str]:
        """Who of them has no target, neither of their own nor above them."""
        scopes = {code: version.figures.scope for code, version in self.known.items()}
        return self._present(codes) - plan.covered(codes, scopes, self.parents)

    def together(self, codes: Collection[str]) -> Sum:
        """What these municipalities want together."""
        taken = [self.known[code] for code in self.added(codes)]
        among, missing = self._present(codes), self.missing(codes)
        return Sum(
            registered=sum(each.figures.registered for each in taken) if taken else None,
            submitted=sum(each.figures.submitted for each in taken) if taken else None,
            confirmed=all(each.confirmed for each in taken),
            with_target=len(among) - len(missing),
            among=len(among),
        )

    def _present(self, codes: Collection[str]) -> set[str]:
        return set(codes) - set(self.transformed)
