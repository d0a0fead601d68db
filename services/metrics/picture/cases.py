"""Counters of cases in memory, by municipality, with their sums kept beside."""

from collections.abc import Collection, Iterable, Mapping
from typing import Generic, Self, TypeVar

from services.metrics.cases.tally import Cells
from services.metrics.cases.worktally import WorkTally
from services.metrics.store.cases import CaseTotal

T = TypeVar("T", bound=Cells)


class CaseSums(Generic[T]):
    """What is counted of one kind of cases, of all municipalities that they are about."""

    tally: type[T]

    def __init__(self) -> None:
        self.own: dict[str, T] = {}
        self.whole = self.tally()

    def read(self, codes: Iterable[str], totals: Iterable[CaseTotal]) -> bool:
        """Set the counters of some municipalities to these; whether any changed."""
        tallies = {code: self.tally() for code in codes}
        for total in totals:
            if total.municipality in tallies:
                tallies[total.municipality].cells[total.family, total.key, total.counter] = total.n
        return self._put_all(tallies)

    def _put_all(self, tallies: Mapping[str, T]) -> bool:
        """Set these, and the whole anew: a tally that was read once stays as it is."""
        none = self.tally()
        changed = {c: t for c, t in tallies.items() if self.own.get(c, none).cells != t.cells}
        if not changed:
            return False
        sums = self.whole.cells.copy()
        for code, tally in changed.items():
            sums.subtract(self.own.get(code, none).cells)
            sums.update(tally.cells)
        self.own |= changed
        self.whole = self.tally(sums.items())
        return True

    def take(self, codes: Iterable[str], other: Self) -> bool:
        """Take over from another picture what it has of some municipalities; whether anything changed."""
        return self._put_all({code: other.own.get(code, self.tally()) for code in codes})

    def known(self) -> set[str]:
        """The municipalities of which anything was counted."""
        return set(self.own)

    def only(self, codes: Collection[str]) -> Self:
        """The same of some municipalities alone."""
        part = type(self)()
        part.take(codes, self)
        return part

    def of(self, codes: Iterable[str]) -> T:
        """What some municipalities have together."""
        return self.tally(cell for code in codes if code in self.own for cell in self.own[code].cells.items())


class WorkSums(CaseSums[WorkTally]):
    """What is counted of the work between the levels. The staff's: in no stream."""

    tally = WorkTally
