"""The hotline's counters in memory, by municipality, with their sums kept beside."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Self

from services.metrics.cases.tally import Tally
from services.metrics.picture.cases import CaseSums
from services.metrics.picture.themes import Theme

OWN, SHARED = "own", "shared"


class HotlineSums(CaseSums[Tally]):
    """What is counted of the hotline, of all municipalities that it is about."""

    tally = Tally

    def __init__(self) -> None:
        super().__init__()
        self.lines: Mapping[str, str] = {}
        """Municipality → `own` or `shared`: whether a published line answers for it, and whose."""
        self.themes: Mapping[str, Theme] = {}
        """What was asked about, by code, in the order of the hotline's list."""

    def take(self, codes: Iterable[str], other: Self) -> bool:
        """Take over from another picture what it has of some municipalities; whether anything changed."""
        changed = super().take(codes, other)
        return self.know(other.lines, other.themes) or changed

    def know(self, lines: Mapping[str, str], themes: Mapping[str, Theme]) -> bool:
        """Set for whom a line answers and what is asked about; whether either changed."""
        moved = (self.lines, list(self.themes.items())) != (lines, list(themes.items()))
        self.lines, self.themes = lines, themes
        return moved

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
