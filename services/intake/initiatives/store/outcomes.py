"""How far the authors of a campaign that is over were told what became of their initiatives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import asyncpg

from contracts.initiatives import InitiativeStatus
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.initiatives.store.authorship import Role
from services.intake.participants.domain import Letters

sql = queries.load(__package__, "outcomes.sql")


class Place(NamedTuple):
    """Up to which participant: municipality and id."""

    municipality: str
    participant_id: UUID


@dataclass(frozen=True, slots=True)
class Following:
    """A participant who comes next, and what letters they want; erased ones have no address."""

    place: Place
    email: str
    letters: Letters


@dataclass(frozen=True, slots=True)
class Became:
    """What became of an initiative. `into`: the number of the one that it goes on in; `own`: to its author,
    not to a co-author."""

    id: UUID
    number: int
    title: str
    status: InitiativeStatus
    into: int | None
    own: bool


async def begin(db: Db, campaign: str, at: datetime) -> None:
    """Begin with the first, unless it was begun."""
    await db.execute(sql.begin, campaign, at)


async def finished(db: Db) -> set[str]:
    """The campaigns whose authors were all told."""
    return {row["campaign"] for row in await db.fetch(sql.finished)}


async def hold(db: Db, campaign: str) -> Place | None:
    """How far it is, locked; nothing where another worker goes on, or it is finished."""
    row = await db.fetchrow(sql.hold, campaign)
    return Place(*row) if row else None


async def following(db: Db, campaign: str, after: Place, limit: int) -> list[Following]:
    """The participants after one, who cannot be erased before the transaction ends."""
    rows = await db.fetch(sql.following, campaign, *after, limit)
    return [
        Following(Place(row["municipality"], row["id"]), row["email"] or "", Letters(row["letters"]))
        for row in rows
    ]


async def became_of(db: Db, participants: Sequence[Place]) -> dict[UUID, list[Became]]:
    """What became of the initiatives of which these are authors or co-authors, by participant and number."""
    rows = await db.fetch(sql.became_of, *zip(*participants, strict=True)) if participants else []
    grouped = groupby(rows, key=lambda row: row["participant_id"])
    return {participant: [_became(row) for row in theirs] for participant, theirs in grouped}


async def go_on(db: Db, campaign: str, to: Place, told: int) -> None:
    """Write down how far it is now, and how many letters more that were."""
    await db.execute(sql.go_on, campaign, *to, told)


async def finish(db: Db, campaign: str, at: datetime) -> None:
    """Write down that all were told."""
    await db.execute(sql.finish, campaign, at)


def _became(row: asyncpg.Record) -> Became:
    status, own = InitiativeStatus(row["status"]), row["role"] == Role.AUTHOR
    return Became(row["id"], row["number"], row["title"], status, row["into"], own)
