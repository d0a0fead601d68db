"""What a reader remembers of one partition between batches, and what a batch teaches it."""

from collections import deque
from dataclasses import dataclass, field

from services.chassis.streams.inbox import Outcome, Place

BAD_IN_A_ROW = 20
BAD_OF_LAST = 100

NORMAL, GAP_SEEN, BACK_AT_OFFSET, FROM_BEGINNING = range(4)
"""How far the search for a missing number has come; after that it is asked for."""


@dataclass(slots=True)
class Partition:
    """A partition as its reader sees it. Losing it loses nothing."""

    place: Place
    handled: int
    looking_at: int | None = None
    seeking: int = NORMAL
    gap: tuple[int, int] | None = None
    until: int | None = None
    """Where the log ended when the search for the gap took its present step."""
    asked: int = 0
    """How often the number at the gap was asked for."""
    stopped: bool = False
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=BAD_OF_LAST))
    moved_at: float = 0
    stood_at: int | None = None
    """Up to where it had come when it was suspected of a hang."""
    asked_at: float = float("-inf")
    reported_at: float = float("-inf")

    @property
    def is_poisoned(self) -> bool:
        """Whether nearly every record was bad lately: it is stopped rather than parked as a whole."""
        last = list(self.recent)
        in_a_row = len(last) >= BAD_IN_A_ROW and all(last[-BAD_IN_A_ROW:])
        return in_a_row and sum(last) * 2 > BAD_OF_LAST

    def learn(self, handled: int, outcome: Outcome, now: float) -> None:
        """A batch up to the offset `handled` was taken, with this outcome."""
        self.handled, self.moved_at = handled, now
        self.recent.extend([True] * outcome.parked + [False] * outcome.applied)
        if outcome.moved or self.looking_at in outcome.offsets_at_mark:
            self.looking_at = None
        self.place = outcome.place
        if outcome.moved:
            self.seeking, self.gap, self.until, self.asked = NORMAL, None, None, 0
        if outcome.gap:
            self.gap = outcome.gap
            self.seeking = max(self.seeking, GAP_SEEN)
            if outcome.broken_chain:
                self.reported_at = float("-inf")
