"""The counters of the hotline together: of a municipality, of several, of a region."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from services.metrics.cases import helped, told
from services.metrics.cases.minutes import MEDIAN, NINETY, Quantile, quantile

Cell: TypeAlias = "tuple[str, str, str]"
"""Family, key, counter."""


@dataclass(frozen=True, slots=True)
class Punctual:
    """How many answers stand beside their time. What is still within its time is neither."""

    in_time: int
    late: int

    @property
    def share(self) -> float | None:
        """Per cent in time of all whose time is up or that are answered; None without any."""
        known = self.in_time + self.late
        return round(self.in_time * 100 / known, 1) if known else None


class Cells:
    """Counters together; any of several add up."""

    def __init__(self, cells: Iterable[tuple[Cell, int]] = ()) -> None:
        self.cells: Counter[Cell] = Counter()
        for cell, n in cells:
            self.cells[cell] += n

    def by(self, family: str, counter: str) -> dict[str, int]:
        """One family's figures by key."""
        return {k: n for (f, k, c), n in self.cells.items() if (f, c) == (family, counter) and n}


class Tally(Cells):
    """Sums of the hotline's counters."""

    def by(self, family: str, counter: str = told.INQUIRIES) -> dict[str, int]:
        """One family's figures by key."""
        return super().by(family, counter)

    def at(self, family: str, key: str, counter: str = told.INQUIRIES) -> int:
        """One figure."""
        return self.cells.get((family, key, counter), 0)

    @property
    def inquiries(self) -> int:
        """All that were asked, without spam and what was merged into another."""
        return sum(self.by(told.STATUS).values())

    @property
    def open(self) -> int:
        """Those without a final answer."""
        return sum(self.at(told.STATUS, status) for status in told.OPEN)

    @property
    def answered(self) -> int:
        """Those with a final answer that are not closed."""
        return self.at(told.STATUS, "answered")

    @property
    def closed(self) -> int:
        """Those that are closed."""
        return self.at(told.STATUS, "closed")

    @property
    def first(self) -> Punctual:
        """First answers beside their time."""
        return self._punctual(told.FIRST)

    @property
    def final(self) -> Punctual:
        """Final answers beside their time."""
        return self._punctual(told.FINAL)

    def _punctual(self, family: str) -> Punctual:
        return Punctual(self.at(family, told.IN_TIME), self.at(family, told.LATE))

    @property
    def first_median(self) -> Quantile | None:
        """Working minutes within which half of the first answers came."""
        return quantile(self.by(told.FIRST_MINUTES), MEDIAN)

    @property
    def first_ninety(self) -> Quantile | None:
        """The same of nine in ten."""
        return quantile(self.by(told.FIRST_MINUTES), NINETY)

    @property
    def final_median(self) -> Quantile | None:
        """Working minutes within which half of the final answers came."""
        return quantile(self.by(told.FINAL_MINUTES), MEDIAN)

    @property
    def final_ninety(self) -> Quantile | None:
        """The same of nine in ten."""
        return quantile(self.by(told.FINAL_MINUTES), NINETY)

    @property
    def escalations(self) -> int:
        """How often any climbed a level."""
        return self.at(told.TIMES, told.ESCALATIONS)

    @property
    def reopened(self) -> int:
        """How often any was taken up again."""
        return self.at(told.TIMES, told.REOPENED)

    @property
    def helped(self) -> Punctual:
        """What initiators said at the end: helped, and not."""
        return Punctual(self.at(told.HELPED, told.YES), self.at(told.HELPED, told.NO))

    @property
    def consultations(self) -> int:
        """All that were recorded, without those recorded by mistake."""
        return sum(self.by(told.MODE, told.CONSULTATIONS).values())

    @property
    def led(self) -> int:
        """Consultations of which an initiative came."""
        return self.at(told.LED, told.YES, told.CONSULTATIONS)

    @property
    def help_requests(self) -> int:
        """For help with a text, whatever they came to."""
        return sum(self.by(helped.STATUS, helped.ASKED).values())

    @property
    def help_open(self) -> int:
        """Of them: not ended yet."""
        return sum(self.at(helped.STATUS, status, helped.ASKED) for status in helped.OPEN)

    @property
    def help_done(self) -> int:
        """Of them: ended with help."""
        return sum(self.by(helped.DIRECTION, helped.DONE).values())

    @property
    def help_thanked(self) -> int:
        """Of those: the author said thank you."""
        return sum(self.by(helped.DIRECTION, helped.THANKED).values())

    @property
    def spam(self) -> int:
        """What stands apart: spam."""
        return self.at(told.NOT_COUNTED, "spam", told.APART)

    @property
    def merged(self) -> int:
        """What stands apart: merged into another."""
        return self.at(told.NOT_COUNTED, "merged", told.APART)
