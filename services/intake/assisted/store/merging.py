"""Everything of one participant's goes to another who they are."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store.initiatives import initiative_of
from services.intake.participants.domain import Participant

sql = queries.load(__package__, "merging.sql")

GIVEN = (
    *(sql.give_authorships, sql.give_co_authorships, sql.give_help),
    *(sql.give_acceptances, sql.give_notices),
)
"""Beside the initiatives."""


async def places_of(db: Db, pair: Sequence[UUID]) -> set[str]:
    """In which municipalities either has something beside where they are registered."""
    return {row["tenant"] for row in await db.fetch(sql.places_of, list(pair))}


async def lock_initiatives(db: Db, places: Collection[str], pair: Sequence[UUID]) -> list[Initiative]:
    """All that either is the author or a co-author of, locked."""
    rows = await db.fetch(sql.lock_initiatives, list(places), list(pair))
    return [initiative_of(row) for row in rows]


async def give(db: Db, gone: Participant, into: Participant, given: Sequence[Initiative]) -> None:
    """Let everything be of the other from now on; `given`: the author's initiatives, as they are then."""
    both = (gone.id, into.id)
    await db.execute(sql.forget_double, *both)
    rows = [(i.municipality, i.id, i.version) for i in given]
    if rows:
        await db.execute(sql.give, into.id, *map(list, zip(*rows, strict=True)))
    for statement in GIVEN:
        await db.execute(statement, *both)


async def give_lines(db: Db, gone: Participant, into: Participant) -> None:
    """Let lines on sheets of staff meetings be the other's. Needs to see every municipality."""
    await db.execute(sql.lock_meetings, gone.id)
    await db.execute(sql.give_lines, gone.id, into.id, into.email is None)


async def leave_directory(db: Db, gone: UUID) -> bytes | None:
    """Let nobody find the one who goes; the digest of the address, if there was one."""
    found: bytes | None = await db.fetchval(sql.leave_directory, gone)
    return found


async def save(db: Db, gone: Participant, into: Participant, digest: bytes | None, at: datetime) -> None:
    """Store both; `digest`: of the address that the other takes over, if any."""
    await db.execute(sql.save_merged, gone.municipality, gone.id, gone.merged_into, at, gone.version)
    await db.execute(sql.save_taken, into.municipality, into.id, into.email, into.name)
    if digest is not None:
        await db.execute(sql.enter_address, into.id, digest)
