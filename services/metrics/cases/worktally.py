"""The counters of the work between the levels together: of a municipality, a region, a level."""

from collections import Counter
from functools import cached_property

from services.metrics.cases import worked
from services.metrics.cases.minutes import BOUNDS, ELAPSED, MEDIAN, NINETY, Quantile, quantile
from services.metrics.cases.tally import Cells, Punctual
from services.metrics.cases.told import IN_TIME, LATE, YES


class WorkTally(Cells):
    """Sums of the work's counters; once one was asked for, they stay."""

    def of_level(self, level: str) -> "WorkTally":
        """The same of one level: of who gives, has, asks or reports."""
        return WorkTally((cell, n) for cell, n in self.cells.items() if cell[1].startswith(f"{level}/"))

    def words(self, family: str, counter: str) -> Counter[str]:
        """One family's figures by word, all levels together."""
        return self._words.get((family, counter)) or Counter()

    @cached_property
    def _words(self) -> dict[tuple[str, str], Counter[str]]:
        """All of them, for a page asks a thousand tallies for twenty figures each."""
        found: dict[tuple[str, str], Counter[str]] = {}
        for (family, key, counter), n in self.cells.items():
            found.setdefault((family, counter), Counter())[key.rpartition("/")[2]] += n
        return found

    def all(self, counter: str) -> int:
        """How many there are, whatever they came to."""
        return self.words(worked.STATE, counter).total()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given, asked or due."""
        return not any(self.all(counter) for counter in worked.COUNTERS)

    def at(self, counter: str, state: str) -> int:
        """How many are in a state."""
        return self.words(worked.STATE, counter)[state]

    def punctual(self, counter: str) -> Punctual:
        """How they stand beside their time."""
        words = self.words(worked.TIME, counter)
        return Punctual(words[IN_TIME], words[LATE])

    @property
    def escalated(self) -> int:
        """Questions that climbed a level because nobody answered in time."""
        return self.words(worked.ESCALATED, worked.QUESTIONS)[YES]

    @property
    def declared(self) -> int:
        """Reports in which a number was declared that differs from the counted one."""
        return self.words(worked.DECLARED, worked.REPORTS)[YES]

    @property
    def breaches(self) -> int:
        """How often a time passed: tasks and reports that came late, questions not answered in time."""
        return sum(self.punctual(c).late for c in (worked.TASKS, worked.QUESTIONS, worked.REPORTS))

    @property
    def acknowledged_median(self) -> Quantile | None:
        """Minutes by the clock within which half of the tasks were acknowledged."""
        return self._within(worked.ACKNOWLEDGED_MINUTES, MEDIAN)

    @property
    def acknowledged_ninety(self) -> Quantile | None:
        """The same of nine in ten."""
        return self._within(worked.ACKNOWLEDGED_MINUTES, NINETY)

    @property
    def reported_median(self) -> Quantile | None:
        """Minutes by the clock within which half of the tasks were reported."""
        return self._within(worked.REPORTED_MINUTES, MEDIAN)

    @property
    def reported_ninety(self) -> Quantile | None:
        """The same of nine in ten."""
        return self._within(worked.REPORTED_MINUTES, NINETY)

    @property
    def answer_median(self) -> Quantile | None:
        """Working minutes within which half of the answers came."""
        return self._within(worked.ANSWER_MINUTES, MEDIAN, worked.QUESTIONS, BOUNDS)

    @property
    def answer_ninety(self) -> Quantile | None:
        """The same of nine in ten."""
        return self._within(worked.ANSWER_MINUTES, NINETY, worked.QUESTIONS, BOUNDS)

    def _within(
        self, family: str, share: float, counter: str = worked.TASKS, bounds: tuple[int, ...] = ELAPSED
    ) -> Quantile | None:
        return quantile(self.words(family, counter), share, bounds)
