"""Who was at a staff meeting."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.staff_meetings.domain.meetings import StaffMeeting
from services.intake.staff_meetings.domain.sheet import Person

sql = queries.load(__package__, "people.sql")


async def of(db: Db, meeting: StaffMeeting) -> list[Person]:
    """The whole sheet, in its order."""
    return [_person(row) for row in await db.fetch(sql.of, meeting.municipality, meeting.id)]


async def add_many(db: Db, meeting: StaffMeeting, people: Sequence[Person]) -> None:
    """Put more people on the sheet."""
    rows = [(p.nth, p.name, p.email, p.position, p.consent) for p in people]
    if rows:
        await db.execute(sql.add_many, meeting.municipality, meeting.id, *map(list, zip(*rows, strict=True)))


async def change(db: Db, meeting: StaffMeeting, person: Person) -> None:
    """Store what is said of somebody now."""
    of_sheet = (meeting.municipality, meeting.id, person.nth)
    await db.execute(sql.change, *of_sheet, person.name, person.email, person.position, person.consent)


async def remove(db: Db, meeting: StaffMeeting, nth: int) -> None:
    """Take somebody off the sheet."""
    await db.execute(sql.remove, meeting.municipality, meeting.id, nth)


async def settle(db: Db, meeting: StaffMeeting, nth: int, participant: UUID | None) -> None:
    """Somebody is this participant, or (none) another than those registered under the same name."""
    await db.execute(sql.settle, meeting.municipality, meeting.id, nth, participant)


async def recognise(db: Db, meeting: StaffMeeting, participants: Mapping[int, UUID]) -> None:
    """Note who people are, by their numbers."""
    nths, ids = list(participants), list(participants.values())
    await db.execute(sql.recognise, meeting.municipality, meeting.id, nths, ids)


async def forget(db: Db, meeting: StaffMeeting, participant: UUID) -> None:
    """Leave of a participant's lines the number alone."""
    await db.execute(sql.forget, meeting.municipality, meeting.id, participant, "")


def _person(row: asyncpg.Record) -> Person:
    of_sheet = (row["nth"], row["name"], row["email"], row["position"], row["consent"])
    return Person(*of_sheet, row["participant_id"], row["another"], row["erased"], row["moved"])
