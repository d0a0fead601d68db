"""Keep the grid while it is typed: whatever happens to the browser, nothing typed is lost."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.assisted.domain import ROWS_MOST
from services.intake.staff_meetings.domain import grid as rules
from services.intake.staff_meetings.domain.grid import GridRow
from services.intake.staff_meetings.reading import locked
from services.intake.staff_meetings.store import grid, meetings, people


async def keep_grid(
    pool: Pool, known: Subordination, by: Staff, id_: UUID, rows: Sequence[GridRow], now: datetime
) -> int:
    """How many rows wait to be sent. What is sent stays as it is; a row in which nothing is typed any more
    goes; one that the page does not show stays. Raises NotFound, Conflict, Invalid for too many rows."""
    kept = rules.kept_of(rows)
    async with pool.acquire() as db, db.transaction():
        meeting = await locked(db, by, id_)
        meeting.check_open(known.campaign)
        sheet, before = await people.of(db, meeting), await grid.of(db, meeting)
        above = [row for row in before if row.is_sent][-1:]
        kept = rules.completed(kept, above, sheet)
        await grid.remove(db, meeting, {row.key for row in rows} - {row.key for row in kept})
        await grid.keep(db, meeting, kept)
        await meetings.count_rows(db, meeting, now)
        waiting = sum(not row.is_sent for row in await grid.of(db, meeting))
        if waiting > ROWS_MOST:
            raise Invalid("grid-too-long", limit=ROWS_MOST)
        return waiting
