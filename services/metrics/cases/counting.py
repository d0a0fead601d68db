"""From cases to counters: rolling up and recounting both stand on this."""

from collections import defaultdict
from collections.abc import Iterable

from services.metrics.cases.told import Case, Name
from services.metrics.domain import Deltas, Key


def latest(cases: Iterable[Case]) -> dict[Name, Case]:
    """The highest version of each."""
    found: dict[Name, Case] = {}
    for case in cases:
        if case.name not in found or found[case.name].version < case.version:
            found[case.name] = case
    return found


def deltas(changes: Iterable[tuple[Case | None, Case]]) -> Deltas:
    """f(new) − f(old) over a batch of changes (old, new), without what cancels out."""
    sums: dict[Key, int] = defaultdict(int)
    for old, new in changes:
        if old is not None:
            _count(old, -1, sums)
        _count(new, 1, sums)
    return {key: n for key, n in sums.items() if n}


def _count(case: Case, sign: int, sums: dict[Key, int]) -> None:
    for family, key, counter, n in case.counted():
        sums[Key(case.campaign, case.municipality, family, key, counter)] += sign * n


def recount(cases: Iterable[Case]) -> Deltas:
    """Every counter, counted anew from the cases."""
    return deltas((None, case) for case in cases)
