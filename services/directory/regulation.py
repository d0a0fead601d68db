"""The regulation (регламент): which version is in force, and what the region promises by default. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType

from contracts.appointments import RegulationDefined, Step, WorkingDay
from contracts.event import REGION
from services.directory.working_time import Schedule

HOUR, WORKING_DAY = 60, 8 * 60
"""Minutes; of a week of forty hours, a working day has eight (article 91 of the Labour Code)."""

DEFAULT_MINUTES: Mapping[Step, int] = MappingProxyType(
    {
        Step.FIRST_ANSWER: 4 * HOUR,
        Step.TRANSFER: 2 * HOUR,
        Step.FINAL_ANSWER: 3 * WORKING_DAY,
        Step.DECISION: 10 * WORKING_DAY,
        Step.HELP: WORKING_DAY,
        Step.QUESTION: WORKING_DAY,
    }
)

LUNCH = {"lunch_begins": time(13), "lunch_ends": time(13, 45)}

DEFAULT_WEEK: tuple[WorkingDay | None, ...] = (
    *(WorkingDay(begins=time(9), ends=time(18), **LUNCH),) * 4,
    WorkingDay(begins=time(9), ends=time(16, 45), **LUNCH),
    None,
    None,
)
"""Forty hours, from Monday to Friday."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Within how much working time a step is due, and by which version: that which a clock keeps."""

    step: Step
    minutes: int
    version: RegulationDefined


@dataclass(frozen=True, slots=True)
class Rule:
    """A promise as a clock takes it: within how many working minutes, counted how, and by which version:
    whose, and its number; 0 before any was told."""

    minutes: int
    schedule: Schedule
    regulation_of: str = REGION
    regulation: int = 0


def in_force(
    versions: Iterable[RegulationDefined], municipality: str | None, day: date
) -> RegulationDefined | None:
    """A municipality's highest version whose day has come, else the region's; none if the region has none."""
    begun = [each for each in versions if each.from_day <= day]
    for of in dict.fromkeys((municipality, None)):
        if theirs := [each for each in begun if each.municipality == of]:
            return max(theirs, key=lambda each: each.number)
    return None


def promised(
    versions: Iterable[RegulationDefined], municipality: str | None, day: date, step: Step
) -> Promise | None:
    """The promise for a step: the region's where the municipality's version is older than the step."""
    known = list(versions)
    for of in dict.fromkeys((municipality, None)):
        version = in_force(known, of, day)
        if version and step.value in version.minutes:
            return Promise(step, version.minutes[step.value], version)
    return None
