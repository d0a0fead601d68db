"""The rows of initiatives and participants that are counted elsewhere from now on.

Every table with an initiative's municipality is named in `moves.sql`: a row that stayed behind would be
another municipality's to see, and nobody's to find. A key issue's marks alone stay, as the issue does.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.core.domain import Author
from services.intake.corrections.domain import Move
from services.intake.initiatives.domain import OPEN, Initiative
from services.intake.initiatives.store import acceptances
from services.intake.initiatives.store.initiatives import initiative_of
from services.intake.participants.domain import Participant

sql = queries.load(__package__, "moves.sql")

FOLLOWING = (
    *(sql.move_steps, sql.move_wordings, sql.move_acceptances),
    *(sql.move_decisions, sql.move_co_authors, sql.move_attachments),
    *(sql.move_assisted, sql.move_notices),
)
"""What goes with an initiative into another municipality."""


async def lock_open_of(db: Db, who: Author) -> list[Initiative]:
    """What is open of the author's in the municipality of the registration, locked."""
    rows = await db.fetch(sql.lock_open_of, who.municipality, who.participant_id, list(OPEN))
    return [initiative_of(row) for row in rows]


async def merged_into(db: Db, municipality: str, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these locked initiatives in which others go on: they stay where the others are."""
    return {row["id"] for row in await db.fetch(sql.merged_into, municipality, list(ids))}


async def save(db: Db, moves: Sequence[Move], at: datetime) -> None:
    """Store initiatives as they were corrected, each with its step in the history."""
    if turned := [(m.before, m.after.direction) for m in moves if m.turns]:
        await acceptances.turn(db, turned)
    await db.execute(sql.save, *zip(*map(_row, moves), strict=True))
    if crossing := [(m.before.municipality, m.after.id, m.after.municipality) for m in moves if m.crosses]:
        of_all = list(zip(*crossing, strict=True))
        for statement in FOLLOWING:
            await db.execute(statement, *of_all)
        await db.execute(sql.unlink_federal, *of_all[:2])
    if anew := [(m.after.municipality, m.after.id) for m in moves if m.begins_anew]:
        await db.execute(sql.silence_decisions, *zip(*anew, strict=True), at)
    steps = [(m.after.municipality, m.after.id, m.after.version, m.after.status) for m in moves]
    await db.execute(sql.add_steps, *zip(*steps, strict=True), at, [m.note for m in moves])


async def save_authorships(db: Db, who: Author, moves: Sequence[Move], at: datetime) -> None:
    """Let the author and co-authors find them; `who`: the author, as registered from now on."""
    there = [(m.after.id, m.after.municipality) for m in moves if m.crosses]
    if not there:
        return
    ids, places = zip(*there, strict=True)
    await db.execute(sql.move_authorships, ids, places)
    await db.execute(sql.find_at_home, ids, places, who.participant_id, who.municipality)
    await db.execute(sql.find_elsewhere, ids, places, who.participant_id, who.municipality, at)


async def save_participant(db: Db, who: Author, moved: Participant, at: datetime) -> None:
    """Store a participant in another municipality, with everything that is theirs but the initiatives that
    are open: they were moved before."""
    classifiers = orjson.dumps(moved.classifiers).decode()
    registered = (moved.municipality, moved.organization, classifiers, moved.version)
    await db.execute(sql.leave_behind, who.municipality, who.participant_id, at)
    await db.execute(sql.forget_at_home, who.participant_id, moved.municipality)
    await db.execute(sql.move_participant, who.municipality, who.participant_id, *registered)
    await db.execute(sql.move_names, who.municipality, who.participant_id, moved.municipality)
    await db.execute(sql.move_files_of_drafts, who.municipality, who.participant_id, moved.municipality)
    await db.execute(sql.move_drafts, who.municipality, who.participant_id, moved.municipality)
    await db.execute(sql.move_sessions, who.participant_id, moved.municipality)
    await db.execute(sql.note_move, who.participant_id)


def _row(move: Move) -> tuple[object, ...]:
    i = move.after
    place = (i.municipality, i.organization, i.direction, orjson.dumps(i.classifiers).decode())
    return (
        move.before.municipality,
        i.id,
        *place,
        i.status,
        i.version,
        i.held_since,
        i.decided_by,
        i.in_time,
    )
