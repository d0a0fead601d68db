"""Decisions of which the authors and co-authors have not been told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from contracts.appointments import Level
from contracts.initiatives import InitiativeStatus
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.determination.domain.decisions import Kind
from services.intake.initiatives.course import Decided
from services.intake.initiatives.store.course import decided_of

sql = queries.load(__package__, "reports.sql")


@dataclass(frozen=True, slots=True)
class Untold:
    """A decision of which an author has not been told. `into`: the direction that it was transferred to; no
    `participant_id`: the author was erased."""

    municipality: str
    id: UUID
    initiative_id: UUID
    participant_id: UUID | None
    campaign: str
    number: int
    title: str
    status: InitiativeStatus
    merged_into: UUID | None
    into: str
    decided: Decided

    @property
    def kind(self) -> Kind:
        """What was decided."""
        return Kind(self.decided.kind)

    @property
    def level(self) -> Level:
        """Of the body that decided."""
        return self.decided.level

    @property
    def taken_at(self) -> datetime:
        """When it was really taken, whatever time a demonstration gave it: its id says so (RFC 9562)."""
        if self.id.version != 7:
            return self.decided.decided_at
        return datetime.fromtimestamp((self.id.int >> 80) / 1000, UTC)


@dataclass(frozen=True, slots=True)
class GoesOn:
    """An initiative in which others go on."""

    municipality: str
    id: UUID
    participant_id: UUID | None
    number: int
    title: str


async def due(db: Db, before: datetime, limit: int) -> list[tuple[str, UUID]]:
    """The authors whose oldest was decided before: municipality and id, or the initiative's id where the
    author was erased."""
    return [(row["municipality"], row["whose"]) for row in await db.fetch(sql.due, before, limit)]


async def take(db: Db, authors: Sequence[tuple[str, UUID]], before: datetime) -> list[Untold]:
    """What was decided before and these authors have not been told of, by number; locked."""
    rows = await db.fetch(sql.take, *zip(*authors, strict=True), before)
    places = [row["municipality"] for row in rows], [row["initiative_id"] for row in rows]
    known = {
        (d["initiative_id"], d["version"]): d["direction"] for d in await db.fetch(sql.directions, *places)
    }
    return [
        _untold(row, known.get((row["initiative_id"], row["version"])) or row["direction"]) for row in rows
    ]


async def goes_on_in(db: Db, merged: Sequence[Untold]) -> dict[UUID, GoesOn]:
    """The initiatives in which these go on, by id."""
    asked = [(one.municipality, one.merged_into) for one in merged if one.merged_into]
    if not asked:
        return {}
    rows = await db.fetch(sql.goes_on_in, *zip(*asked, strict=True))
    return {row["id"]: GoesOn(**dict(row)) for row in rows}


async def co_authors_of(db: Db, initiatives: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Who is a co-author of these, by initiative; of one without any, nothing."""
    found: dict[UUID, list[UUID]] = {}
    for row in await db.fetch(sql.co_authors_of, list(initiatives)):
        found.setdefault(row["initiative_id"], []).append(row["participant_id"])
    return found


async def report(db: Db, told: Sequence[Untold], at: datetime) -> None:
    """Write down that the authors were told, or need not be any more."""
    await db.execute(sql.report, [one.municipality for one in told], [one.id for one in told], at)


async def pass_over(db: Db, before: datetime, at: datetime) -> None:
    """Write that down of the decisions that nobody is left to be told of."""
    await db.execute(sql.pass_over, before, at)


def _untold(row: asyncpg.Record, direction: str) -> Untold:
    kept = ("municipality", "id", "initiative_id", "participant_id", "campaign", "number", "title")
    return Untold(
        **{name: row[name] for name in kept},
        status=InitiativeStatus(row["status"]),
        merged_into=row["merged_into"] if row["kind"] == Kind.MERGE else None,
        into=direction if row["kind"] == Kind.TRANSFER else "",
        decided=decided_of(row),
    )
