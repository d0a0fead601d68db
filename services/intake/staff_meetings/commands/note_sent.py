"""Note which rows of a grid are initiatives now, and who their authors are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.intake.assisted.domain import NewPerson, Row, RowResult
from services.intake.staff_meetings.domain.grid import GridRow, key_of
from services.intake.staff_meetings.reading import locked
from services.intake.staff_meetings.store import grid, meetings, people


async def note_sent(
    pool: Pool, by: Staff, id_: UUID, rows: Sequence[tuple[Row, RowResult]], now: datetime
) -> None:
    """The rows show their numbers from now on, and a person who was new is known. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        meeting = await locked(db, by, id_)
        nth_of = {key_of(meeting.id, person.nth): person.nth for person in await people.of(db, meeting)}
        await people.recognise(db, meeting, _recognised(rows, nth_of))
        await grid.send(db, meeting, [_sent(row, result) for row, result in rows])
        await meetings.count_rows(db, meeting, now)


def _recognised(rows: Sequence[tuple[Row, RowResult]], nth_of: Mapping[UUID, int]) -> dict[int, UUID]:
    return {
        nth: participant
        for row, result in rows
        for author, participant in zip(row.authors, result.authors, strict=False)
        if isinstance(author, NewPerson) and author.key and (nth := nth_of.get(author.key))
    }


def _sent(row: Row, result: RowResult) -> GridRow:
    typed = GridRow(row.key, direction=row.direction, form=row.form)
    return replace(typed, initiative=result.id, number=result.number)
