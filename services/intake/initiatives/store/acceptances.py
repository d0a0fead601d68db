"""Initiatives that were accepted, and of which their authors have not been told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.initiatives.domain import Initiative

LONGEST = 60.0
"""Seconds that a recount may take: it reads every initiative."""

sql = queries.load(__package__, "acceptances.sql")


@dataclass(frozen=True, slots=True)
class Accepted:
    """An initiative as its author is told of it."""

    municipality: str
    participant_id: UUID
    id: UUID
    number: int
    organization: UUID | None
    title: str


async def due(db: Db, before: datetime, limit: int) -> list[tuple[str, UUID]]:
    """The authors whose oldest was accepted before: municipality and id."""
    return [(row["municipality"], row["participant_id"]) for row in await db.fetch(sql.due, before, limit)]


async def take(db: Db, authors: Sequence[tuple[str, UUID]]) -> list[Accepted]:
    """All that these authors have not been told of, by author and number; nobody takes it again."""
    return [Accepted(**dict(row)) for row in await db.fetch(sql.take, *zip(*authors, strict=True))]


async def recount(db: Db) -> None:
    """Count all that was told anew. Needs to see every municipality, and a transaction."""
    await db.execute(sql.hold_tally)
    await db.execute(sql.recount, timeout=LONGEST)
    await db.execute(sql.empty, timeout=LONGEST)


async def turn(db: Db, turned: Sequence[tuple[Initiative, str]]) -> None:
    """Let the tally follow initiatives, each as it was, into the direction of now."""
    # Whoever takes acceptances waits: each of these is in the tally or among them, and stays where it is.
    await db.execute(sql.hold_tally)
    rows = [(i.campaign, i.municipality, i.id, i.direction, becomes) for i, becomes in turned]
    await db.execute(sql.turn, *zip(*rows, strict=True))


async def submitted(db: Db, campaign: str) -> dict[str, int]:
    """How many initiatives were submitted in each direction. Needs to see every municipality."""
    return {row["direction"]: row["n"] for row in await db.fetch(sql.submitted, campaign)}
