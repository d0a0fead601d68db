"""Count the working time of a question; part of several commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from contracts.appointments import Step
from contracts.event import REGION
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict
from services.directory.regulation import DEFAULT_MINUTES, DEFAULT_WEEK
from services.directory.working_time import Schedule, UnknownYear, add
from services.hierarchy.core.store import campaigns
from services.hierarchy.questions.domain.questions import Promise, Question
from services.hierarchy.regulation.commands.look_at_regulation import look_at_regulation
from services.hierarchy.regulation.store import regulations
from services.hierarchy.territory.store import calendars


async def promised_now(db: Db, municipality: str, now: datetime) -> Promise:
    """What the regulation in force promises; the transaction sees that municipality's rows alone afterwards.
    Raises NotFound before the first campaign."""
    looked = await look_at_regulation(db, municipality, now)
    found = looked.promises.get(Step.QUESTION)
    if found is None:
        # The versions are older than the step.
        return Promise(looked.stands.municipality, looked.stands.number, DEFAULT_MINUTES[Step.QUESTION])
    return Promise(found.version.municipality or REGION, found.version.number, found.minutes)


async def schedule_of(db: Db, promise: Promise, campaign: str) -> Schedule:
    """When people work by the version under which it was asked, whatever is in force now."""
    years = {year: each.calendar for year, each in (await calendars.all_by_year(db)).items()}
    for version in await regulations.of_places(db, promise.regulation_of):
        if version.number == promise.regulation:
            return Schedule.of(version.week, version.time_zone, years)
    # Until the worker has stored the region's first version.
    return Schedule.of(DEFAULT_WEEK, (await campaigns.all_by_id(db))[campaign].time_zone, years)


async def due_from(db: Db, promise: Promise, campaign: str, begins: datetime) -> datetime:
    """By when a holder answers who has it from a moment on. Raises UnknownYear."""
    return add(await schedule_of(db, promise, campaign), begins, promise.minutes)


async def due_anew(db: Db, question: Question, now: datetime) -> datetime:
    """By when the next holder answers. Raises UnknownYear."""
    return await due_from(db, question.promise, question.campaign, now)


@contextmanager
def known_years() -> Iterator[None]:
    """Raises Conflict where a year has no production calendar yet."""
    try:
        yield
    except UnknownYear as error:
        raise Conflict("question-year", year=str(error.year)) from error
