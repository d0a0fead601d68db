"""Keep the sign-in sheet: put people on it, correct what is said of one, take one off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Invalid, NotFound
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.domain import SHEET_CHANGED
from services.intake.core.store import audit
from services.intake.staff_meetings.domain.grid import authors_of, positions_of
from services.intake.staff_meetings.domain.meetings import StaffMeeting
from services.intake.staff_meetings.domain.sheet import Line, Person, check_lines, check_person
from services.intake.staff_meetings.reading import locked
from services.intake.staff_meetings.store import grid, meetings, people


@dataclass(frozen=True, slots=True)
class Adding:
    """Lines of a sheet, and who those are whose post the campaign does not list."""

    lines: Sequence[Line]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Kept:
    """How many people were put on the sheet, and how many were on it already; or one was changed."""

    added: int = 0
    before: int = 0


async def add_people(
    pool: Pool, known: Subordination, by: Staff, id_: UUID, given: Adding, at: Moment
) -> Kept:
    """Raises NotFound, Conflict, Invalid with every bad line: then nobody is put on the sheet."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        meeting = await _open(db, known, by, id_)
        before = await people.of(db, meeting)
        found = check_lines(given.lines, positions_of(known.campaign), given.otherwise, before)
        await people.add_many(db, meeting, found)
        await _note(db, meeting, by, at.now)
        return await idempotency.keep(db, at, Kept(len(found), len(given.lines) - len(found)))


async def change_person(
    pool: Pool, known: Subordination, by: Staff, id_: UUID, given: Line, at: Moment
) -> Kept:
    """Correct what is said of the person whose number the line has. Raises NotFound, Invalid, Conflict for
    one who is a participant already, unless they have moved: wherever they are, they are found by their
    address."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        meeting = await _open(db, known, by, id_)
        before = await _unknown(db, meeting, given.number)
        person = check_person(before.nth, given, positions_of(known.campaign), before.position)
        if any(each.same == person.same for each in await people.of(db, meeting) if each.nth != person.nth):
            raise Invalid("sheet-person-twice", field="name")
        await people.change(db, meeting, replace(person, another=before.another))
        await _note(db, meeting, by, at.now)
        return await idempotency.keep(db, at, Kept())


async def remove_person(pool: Pool, known: Subordination, by: Staff, id_: UUID, nth: int, at: Moment) -> Kept:
    """Take somebody off the sheet. Raises NotFound, Conflict for one who is an author in the grid."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        meeting = await _open(db, known, by, id_)
        person, sheet = await _unknown(db, meeting, nth), await people.of(db, meeting)
        if any(person in _named(row.authors, sheet) for row in await grid.of(db, meeting)):
            raise Conflict("sheet-person-named", nth=nth)
        await people.remove(db, meeting, nth)
        await _note(db, meeting, by, at.now)
        return await idempotency.keep(db, at, Kept())


async def settle_person(
    pool: Pool, known: Subordination, by: Staff, id_: UUID, nth: int, participant: UUID | None, now: datetime
) -> None:
    """Somebody is this participant, or (none) another than those registered under the same name. Whether
    there is one is checked when the row is entered. Raises NotFound, Conflict."""
    async with pool.acquire() as db, db.transaction():
        meeting = await _open(db, known, by, id_)
        await people.settle(db, meeting, nth, participant)
        await _note(db, meeting, by, now)


async def _open(db: Db, known: Subordination, by: Staff, id_: UUID) -> StaffMeeting:
    meeting = await locked(db, by, id_)
    meeting.check_open(known.campaign)
    return meeting


async def _unknown(db: Db, meeting: StaffMeeting, nth: int) -> Person:
    person = next((each for each in await people.of(db, meeting) if each.nth == nth), None)
    if person is None:
        raise NotFound("sheet-person-unknown")
    if person.participant is not None and not person.moved:
        raise Conflict("sheet-person-entered")
    return person


async def _note(db: Db, meeting: StaffMeeting, by: Staff, now: datetime) -> None:
    await meetings.touch(db, meeting, now)
    await audit.note(db, meeting.municipality, by, now, SHEET_CHANGED, meeting.id)


def _named(authors: str, sheet: Sequence[Person]) -> list[Person]:
    try:
        return authors_of(authors, sheet)
    except Invalid:
        return []
