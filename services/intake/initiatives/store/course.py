"""What was decided on initiatives, and what they said before they were written anew, as their authors are
told of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson

from contracts.appointments import Level
from contracts.initiatives import InitiativeStatus
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict
from services.intake.core.domain import Author
from services.intake.initiatives.course import Decided, Wording, as_told
from services.intake.initiatives.domain import Initiative

sql = queries.load(__package__, "course.sql")


async def decisions_of(db: Db, those: Sequence[Initiative]) -> dict[UUID, list[Decided]]:
    """What was decided on each of these, from the beginning, also what was taken back."""
    found: dict[UUID, list[Decided]] = {one.id: [] for one in those}
    for row in await db.fetch(sql.decisions_of, _places(those), list(found)):
        found[row["initiative_id"]].append(decided_of(row))
    return found


async def check_open(db: Db, initiative: Initiative, now: datetime, closed: str) -> None:
    """Raises Conflict for one that is closed, by this slug; while what closed it may still be taken back, its
    author is told of it as open, and so is everybody who asks."""
    if initiative.is_open:
        return
    decided = await decisions_of(db, [initiative])
    told = as_told(initiative, decided[initiative.id], now)
    raise Conflict("initiative-being-decided" if told.is_open else closed, number=initiative.number)


async def wordings_of(db: Db, those: Sequence[Initiative]) -> dict[UUID, list[Wording]]:
    """What each of these said before, from the beginning."""
    found: dict[UUID, list[Wording]] = {one.id: [] for one in those}
    for row in await db.fetch(sql.wordings_of, _places(those), list(found)):
        fields = {name: value for name, value in row.items() if name != "initiative_id"}
        found[row["initiative_id"]].append(Wording(**fields))
    return found


async def goes_on_in(db: Db, those: Sequence[Initiative]) -> dict[UUID, int]:
    """The numbers of the initiatives in which some of these go on, by their ids."""
    into = [one.merged_into for one in those if one.merged_into is not None]
    rows = await db.fetch(sql.numbers_of, _places(those), into) if into else []
    return {row["id"]: row["number"] for row in rows}


async def reword(db: Db, reworded: Initiative) -> None:
    """Store a new wording with its step in the history, and keep the one before."""
    i = reworded
    content = (i.title, i.text, i.status, i.held_since)
    await db.execute(sql.reword, i.municipality, i.id, i.version, *content)


async def forget_wordings(db: Db, who: Author) -> None:
    """Remove what the author's initiatives said before."""
    await db.execute(sql.forget_wordings, who.municipality, who.participant_id)


def _places(those: Sequence[Initiative]) -> list[str]:
    return sorted({one.municipality for one in those})


def decided_of(row: asyncpg.Record) -> Decided:
    """A decision as its row has it."""
    before = orjson.loads(row["before"])
    return Decided(
        version=row["version"],
        kind=row["kind"],
        level=Level(row["level"]),
        reason=row["reason"],
        text=row["text"],
        status_before=InitiativeStatus(before["status"]),
        direction_before=before["direction"],
        decided_by_before=before["decided_by"] and Level(before["decided_by"]),
        in_time_before=before["in_time"],
        decided_at=row["decided_at"],
        undone_at=row["undone_at"],
    )


async def helped_by(db: Db, initiative: Initiative) -> Level | None:
    """At which level the staff entered an initiative for its author; nothing of one's own."""
    found = await db.fetchval(sql.helped_by, initiative.municipality, initiative.id)
    return Level(found) if found else None
