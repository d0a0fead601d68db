"""What the empty form proposes as targets: by the campaign's rules, from the workers of the budget sphere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.appointments import TargetScope
from contracts.structure import PlanRules
from services.directory.plan import Parents, counted, parts_of
from services.directory.russian import sort_key
from services.hierarchy.targets.domain.targets import LARGEST, Figures
from services.hierarchy.territory.domain.structure import Municipality, successors

Known = Mapping[str, Municipality]
"""Municipalities by code."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, and from how many workers."""

    figures: Figures
    audience: int


def parents_of(known: Known) -> Parents:
    """What each is a part of: its successor, if it was transformed, else its district."""
    over = successors(known.values())
    return {code: over.get(code) or each.parent for code, each in known.items()}


def settlements_of(known: Known, code: str) -> list[Municipality]:
    """The settlements of a district, without those that were transformed: their people are their
    successors' now."""
    gone = successors(known.values())
    return [each for each in known.values() if each.parent == code and each.code not in gone]


def named_settlements(known: Known, code: str) -> list[Municipality]:
    """All of them by the alphabet, as lists show them: those that were transformed too."""
    return sorted((each for each in known.values() if each.parent == code), key=lambda m: sort_key(m.name))


def has_parts(known: Known, code: str) -> bool:
    """Whether a target may be *with settlements*: of a district, or of a successor."""
    return code in parts_of(parents_of(known))


def people_of(known: Known, code: str, scope: TargetScope) -> int | None:
    """How many people a target may be about, as far as it is known. A district's count has those of its
    settlements in it already; where it has not, their sum is larger."""
    own = known[code].population
    parts = counted(code, scope, parts_of(parents_of(known))) - {code}
    together = sum(known[part].population or 0 for part in parts)
    return max(own or 0, together) or None


def audience_of(known: Known, code: str, scope: TargetScope) -> int | None:
    """The workers of the budget sphere; a district's count has those of its settlements in it. Unknown where
    one of them is."""
    whole = known[code].audience
    if scope is TargetScope.WITH_SETTLEMENTS:
        return whole
    theirs = [each.audience for each in settlements_of(known, code)]
    if whole is None or None in theirs:
        return None
    return max(whole - _sum(theirs), 0)


def propose(rules: PlanRules, known: Known, code: str, scope: TargetScope) -> Proposal | None:
    """Nothing where the workers are unknown, or there are none."""
    audience = audience_of(known, code, scope)
    if not audience:
        return None
    registered = _at_least_one(audience * rules.registered_percent / 100)
    submitted = _at_least_one(registered * rules.submitted_per_registered)
    return Proposal(Figures(registered, submitted, scope), audience)


def _at_least_one(number: float) -> int:
    return min(max(1, int(number + 0.5)), LARGEST)


def _sum(counts: Iterable[int | None]) -> int:
    return sum(count or 0 for count in counts)
