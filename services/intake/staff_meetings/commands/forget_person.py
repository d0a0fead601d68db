"""Forget on sheets and in grids of staff meetings somebody who is being erased; part of erasing."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.intake.staff_meetings.domain.grid import GridRow, unnamed
from services.intake.staff_meetings.domain.sheet import Person
from services.intake.staff_meetings.store import grid, meetings, people


async def forget_person(db: Db, participant: UUID) -> None:
    """A number is left of their lines, and in the rows that name them. The caller sees its tenants anew."""
    # Wherever they were registered, or are an author: a sheet is older than a move.
    await tenancy.see(db, "*")
    for meeting in await meetings.lock_all_with(db, participant):
        sheet = await people.of(db, meeting)
        theirs = [person for person in sheet if person.participant == participant]
        rows = await grid.of(db, meeting)
        await grid.rename(db, meeting, [_unnamed(row, theirs, sheet) for row in rows])
        await people.forget(db, meeting, participant)


def _unnamed(row: GridRow, theirs: Sequence[Person], sheet: Sequence[Person]) -> GridRow:
    for person in theirs:
        row = replace(row, authors=unnamed(row.authors, person, sheet))
    return row
