"""The clocks of an inquiry: each step has its time, in working hours, by the regulation of when it began."""

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.appointments import Step
from services.directory import working_time
from services.directory.working_time import Schedule

WARNED_AT = 0.75
"""Of a step's time: whoever holds it is warned then."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A step's clock. `left`: the working minutes that are left while it stands still."""

    step: Step
    minutes: int
    began_at: datetime
    warns_at: datetime
    due_at: datetime
    warned: bool = False
    breached: bool = False
    left: int | None = None

    @property
    def next_at(self) -> datetime | None:
        """When something happens by itself: it warns, or its time has passed; never once it has passed, or
        while it stands still."""
        if self.breached or self.left is not None:
            return None
        return self.due_at if self.warned else self.warns_at


def begin(step: Step, minutes: int, schedule: Schedule, at: datetime) -> Clock:
    """A step's clock that begins now."""
    warns_at = working_time.add(schedule, at, int(minutes * WARNED_AT))
    return Clock(step, minutes, at, warns_at, working_time.add(schedule, at, minutes))


def pause(clock: Clock, schedule: Schedule, at: datetime) -> Clock:
    """It stands still while the initiator is asked; what has passed already stays passed."""
    if clock.breached or clock.left is not None:
        return clock
    return replace(clock, left=working_time.between(schedule, at, clock.due_at))


def resume(clock: Clock, schedule: Schedule, at: datetime) -> Clock:
    """It goes on with what was left; raises nothing for one that runs."""
    if clock.left is None:
        return clock
    warned = clock.warned or clock.left <= clock.minutes - int(clock.minutes * WARNED_AT)
    until_warning = 0 if warned else clock.left - (clock.minutes - int(clock.minutes * WARNED_AT))
    return replace(
        clock,
        warns_at=working_time.add(schedule, at, until_warning),
        due_at=working_time.add(schedule, at, clock.left),
        warned=warned,
        left=None,
    )
