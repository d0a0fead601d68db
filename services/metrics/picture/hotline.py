"""The hotline's counters in memory, by municipality, with their sums kept beside."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from services.metrics.cases.tally import Tally
from services.metrics.picture.themes import Theme
from services.metrics.store.cases import CaseTotal

OWN, SHARED = "own", "shared"


class HotlineSums:
    """What is counted of the hotline, of all municipalities that it is about."""

    def __init__(self) -> None:
        self.own: dict[str, Tally] = {}
        self.whole = Tally()
        self.lines: Mapping[str, str] = {}
        """Municipality → `own` or `shared`: whether a published line answers for it, and whose."""
        self.themes: Mapping[str, Theme] = {}
        """What was asked about, by code, in the order of the hotline's list."""

    def put(self, code: str, tally: Tally) -> bool:
        """Set a municipality's counters; whether they changed."""
        before = self.own.get(code, Tally())
        if before.cells == tally.cells:
            return False
        self.whole.cells.subtract(before.cells)
        self.whole.cells.update(tally.cells)
        self.own[code] = tally
        return True

    def read(self, codes: Iterable[str], totals: Iterable[CaseTotal]) -> bool:
        """Set the counters of some municipalities to these; whether any changed."""
        tallies = {code: Tally() for code in codes}
        for total in totals:
            if total.municipality in tallies:
                tallies[total.municipality].cells[total.family, total.key, total.counter] = total.n
        return self._put_all(tallies)

    def _put_all(self, tallies: Mapping[str, Tally]) -> bool:
        changed = [code for code, tally in tallies.items() if self.put(code, tally)]
        return bool(changed)

    def take(self, codes: Iterable[str], other: "HotlineSums") -> bool:
        """Take over from another picture what it has of some municipalities; whether anything changed."""
        changed = self._put_all({code: other.own.get(code, Tally()) for code in codes})
        return self.know(other.lines, other.themes) or changed

    def know(self, lines: Mapping[str, str], themes: Mapping[str, Theme]) -> bool:
        """Set for whom a line answers and what is asked about; whether either changed."""
        moved = (self.lines, list(self.themes.items())) != (lines, list(themes.items()))
        self.lines, self.themes = lines, themes
        return moved

    def known(self) -> set[str]:
        """The municipalities of which anything was counted."""
        return set(self.own)

    def only(self, codes: Collection[str]) -> "HotlineSums":
        """The same of some municipalities alone."""
        part = HotlineSums()
        part.take(codes, self)
        return part

    def of(self, codes: Iterable[str]) -> Tally:
        """What some municipalities have together."""
        return Tally(cell for code in codes if code in self.own for cell in self.own[code].cells.items())

    def told(self) -> dict[str, Any]:
        """The block of the live view, absolute; null: not known yet."""
        median = self.whole.first_median
        return {
            "inquiries": self.whole.inquiries,
            "open": self.whole.open,
            "in_time": self.whole.first.share,
            "first_median": median.minutes if median else None,
            "first_median_more": median.more if median else None,
            "consultations": self.whole.consultations,
        }


def answering(lines: Mapping[str, Collection[str]], served: Mapping[str, str]) -> dict[str, str]:
    """For whom a published line answers: an administration's own, one that it shares, or that of whoever acts
    for a municipality by agreement; `served`: municipality → who does."""
    shared = {code: SHARED for serves in lines.values() for code in serves}
    by_agreement = {code: SHARED for code, by in served.items() if by in lines}
    return by_agreement | shared | dict.fromkeys(lines, OWN)
