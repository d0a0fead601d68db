"""From cases to counters: rolling up and recounting both stand on this."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from services.metrics.cases import helped, told
from services.metrics.cases.told import Case, Name
from services.metrics.domain import Deltas, Key, Share

SUMMED = (told.CONSULTATIONS, helped.ASKED, told.INQUIRIES)
"""What a summary tells of an organization, by the names of its figures."""


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


def shares(cases: Iterable[Case]) -> Counter[Share]:
    """What organizations have of the figures of summaries: each case on the day on which it is counted."""
    found: Counter[Share] = Counter()
    for case in cases:
        if isinstance(case, told.Inquiry | told.Consultation | helped.Help) and case.organization:
            for family, key, counter, n in case.counted():
                if family == told.HOUR and counter in SUMMED:
                    found[Share(case.campaign, case.organization, key[:10], counter)] += n
    return found
