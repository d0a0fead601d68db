"""What the regulation says of a step, as a clock takes it."""

from dataclasses import dataclass

from contracts.event import REGION
from services.directory.working_time import Schedule


@dataclass(frozen=True, slots=True)
class Rule:
    """Within how many working minutes a step is due, counted how, and by which version: whose, and its
    number; 0 before any was told."""

    minutes: int
    schedule: Schedule
    regulation_of: str = REGION
    regulation: int = 0
