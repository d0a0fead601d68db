"""The grids of staff meetings, row by row as they are typed."""

from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.staff_meetings.domain.grid import GridRow
from services.intake.staff_meetings.domain.meetings import StaffMeeting

sql = queries.load(__package__, "grid.sql")


async def of(db: Db, meeting: StaffMeeting) -> list[GridRow]:
    """All rows that hold something, in their order."""
    return [_row(row) for row in await db.fetch(sql.of, meeting.municipality, meeting.id)]


async def keep(db: Db, meeting: StaffMeeting, rows: Sequence[GridRow]) -> None:
    """Store rows as they are typed now, in this order behind what is sent."""
    typed = [(r.key, r.authors or None, r.direction, r.form, r.title or None, r.text or None) for r in rows]
    if typed:
        await db.execute(sql.keep, meeting.municipality, meeting.id, *map(list, zip(*typed, strict=True)))


async def remove(db: Db, meeting: StaffMeeting, keys: Collection[UUID]) -> None:
    """Forget rows in which nothing is typed any more."""
    await db.execute(sql.remove, meeting.municipality, meeting.id, list(keys))


async def rename(db: Db, meeting: StaffMeeting, rows: Sequence[GridRow]) -> None:
    """Store how rows name their authors, also of those that are sent."""
    keys, authors = [row.key for row in rows], [row.authors or None for row in rows]
    await db.execute(sql.rename, meeting.municipality, meeting.id, keys, authors)


async def send(db: Db, meeting: StaffMeeting, rows: Sequence[GridRow]) -> None:
    """These rows are initiatives."""
    sent = [(r.key, r.initiative, r.number, r.direction, r.form) for r in rows]
    if sent:
        await db.execute(sql.send, meeting.municipality, meeting.id, *map(list, zip(*sent, strict=True)))


def _row(row: asyncpg.Record) -> GridRow:
    chosen = (row["direction"], row["form"], row["title"] or "", row["text"] or "")
    return GridRow(row["key"], row["authors"] or "", *chosen, row["initiative_id"], row["number"])
