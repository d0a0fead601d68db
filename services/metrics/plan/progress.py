"""How far a place is: one counter beside its target, as of the end of a day."""

from dataclasses import dataclass
from datetime import date

from services.metrics.plan.forecast import FEWEST
from services.metrics.plan.way import Way

SLOW = 70.0
"""Per cent of what was expected, below which a place is slow."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A figure beside its target. `expected`: what was due by the end of `day`, if that is known."""

    target: int
    fact: int
    day: date
    way: Way | None = None

    @property
    def share(self) -> float:
        """Per cent of the target that is reached."""
        return per_cent(self.fact, self.target)

    @property
    def expected(self) -> float | None:
        """What was due by then."""
        return None if self.way is None else self.target * self.way.by(self.day)

    @property
    def pace(self) -> float | None:
        """Per cent of what was expected; None while nothing was."""
        return per_cent(self.fact, self.expected) if self.expected else None

    @property
    def lag(self) -> int | None:
        """How many are missing to what was expected; below 0: how many are ahead."""
        return None if self.expected is None else round(self.expected) - self.fact

    @property
    def lag_days(self) -> int | None:
        """How many whole days the figure is behind the way; below 0: ahead of it."""
        if self.way is None:
            return None
        due, reached = self.way.by(self.day), self.fact / self.target
        # By the days on which something was due: nobody falls behind over a weekend.
        stands = self.way.reached(reached) if reached >= due else self.way.day_of(reached)
        return (self.way.day_of(due) - stands).days

    @property
    def is_slow(self) -> bool:
        """Whether it is far behind; nobody is before so many full days that a pace says something."""
        return self.pace is not None and self.pace < SLOW and self._full_days >= FEWEST

    @property
    def _full_days(self) -> int:
        return (self.day - self.way.first_day).days + 1 if self.way else 0


def per_cent(part: float, whole: float) -> float:
    """To one decimal, half up."""
    return int(part * 1000 / whole + 0.5) / 10
