"""Who asks, in which capacities, and who answers."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from contracts.appointments import Level, Role
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.orders.domain.tasks import Holder
from services.hierarchy.questions.domain.questions import Keeper

sql = queries.load(__package__, "people.sql")

ANSWERING: dict[Level, tuple[Role, ...]] = {
    Level.GROUP: (Role.LEADER, Role.MEMBER),
    Level.COORDINATION: (Role.RESPONSIBLE, Role.DEPUTY, Role.HEAD),
    Level.HEAD: (Role.HEAD, Role.CLERK),
}
"""Who is written to about what a level holds."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Somebody in a municipality's line of subordination."""

    municipality: str
    holder: Holder


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is written to."""

    account: UUID
    name: str
    email: str


async def capacities(db: Db, account: UUID, campaign: str) -> list[Capacity]:
    """In which capacities somebody may ask those above."""
    rows = await db.fetch(sql.capacities, account, campaign)
    return [Capacity(row["municipality"], _holder(row)) for row in rows]


async def chair(db: Db, gone: Holder) -> Holder | None:
    """Who followed somebody in their place, if anybody has."""
    role = Role.COORDINATOR if gone.role is Role.STAND_IN else gone.role
    if role is Role.MEMBER:
        # A group has many: none of them follows another.
        role = Role.LEADER
    row = await db.fetchrow(sql.chair, gone.scope_of, role, gone.working_group, gone.organization, gone.place)
    return _holder(row) if row else None


async def answering(db: Db, municipality: str, keeper: Keeper) -> list[Person]:
    """Whom a question that somebody holds is written to."""
    of = str(keeper.group) if keeper.group else municipality
    rows = await db.fetch(sql.answering, municipality, of, list(ANSWERING[keeper.level]))
    return [Person(**dict(row)) for row in rows]


def _holder(row: asyncpg.Record) -> Holder:
    given = {name: value for name, value in row.items() if name != "municipality"}
    return Holder(**{**given, "role": Role(given["role"])})
