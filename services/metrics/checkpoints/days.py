"""A day of interim results in the words of metrics."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A day of a municipality that counts: when it ends, and whether it is the SMO's and not its own."""

    campaign: str
    municipality: str
    day: date
    ended_at: datetime
    recommended: bool
