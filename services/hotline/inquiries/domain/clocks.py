"""The clocks of an inquiry: each step has its time, in working hours, by the regulation of when it began."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.appointments import Step
from services.directory import working_time
from services.directory.regulation import Rule
from services.directory.working_time import Schedule

WARNED_AT = 0.75
"""Of a step's time: whoever holds it is warned then."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A step's clock and the version of the regulation that it keeps. `left`: the working minutes that are
    left while it stands still."""

    step: Step
    minutes: int
    began_at: datetime
    warns_at: datetime
    due_at: datetime
    regulation_of: str
    regulation: int
    zone: str
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

    @property
    def runs(self) -> bool:
        """Whether something will happen by itself."""
        return self.next_at is not None


@dataclass(frozen=True, slots=True)
class Regulation:
    """What the regulation says at a moment: of a step that begins, and how a version counted that has begun
    (whose it is, its number, its zone)."""

    rule: Callable[[Step], Rule]
    schedule: Callable[[str, int, str], Schedule]

    def of(self, clock: Clock) -> Schedule:
        """The working time by which a clock runs."""
        return self.schedule(clock.regulation_of, clock.regulation, clock.zone)


def begin(step: Step, rule: Rule, at: datetime) -> Clock:
    """A step's clock that begins now."""
    warns_at = working_time.add(rule.schedule, at, int(rule.minutes * WARNED_AT))
    due_at = working_time.add(rule.schedule, at, rule.minutes)
    version = (rule.regulation_of, rule.regulation, str(rule.schedule.zone))
    return Clock(step, rule.minutes, at, warns_at, due_at, *version)


def pause(clock: Clock, schedule: Schedule, at: datetime) -> Clock:
    """It stands still while the initiator is asked; what has passed already stays passed."""
    if clock.breached or clock.left is not None or clock.due_at <= at:
        return clock
    return replace(clock, left=working_time.between(schedule, at, clock.due_at))


def resume(clock: Clock, schedule: Schedule, at: datetime) -> Clock:
    """It goes on with what was left; nothing changes for one that runs."""
    if clock.left is None:
        return clock
    after_warning = clock.minutes - int(clock.minutes * WARNED_AT)
    return replace(
        clock,
        warns_at=working_time.add(schedule, at, max(clock.left - after_warning, 0)),
        due_at=working_time.add(schedule, at, clock.left),
        left=None,
    )
