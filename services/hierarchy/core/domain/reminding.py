"""Reminders by letter, whatever they are about."""

from dataclasses import dataclass
from datetime import timedelta

NOT_TWICE_IN = timedelta(days=1)
"""Nobody is reminded of the same again before."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many people, or municipalities, were written to."""

    reminded: int
