"""Agreements by which a district acts for a settlement."""

from contracts.appointments import Scope
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import places
from services.hierarchy.groups.domain.serving import Serving

sql = queries.load(__package__, "serving.sql")


async def add(db: Db, serving: Serving) -> None:
    """Store a new agreement."""
    period = (serving.from_at, serving.until_at)
    key = (serving.municipality, serving.id)
    await db.execute(sql.add, *key, serving.served_by, serving.act, *period, serving.version)


async def save_end(db: Db, serving: Serving) -> None:
    """Store that an agreement is over."""
    await db.execute(sql.end, serving.municipality, serving.id, serving.until_at, serving.version)


async def present(db: Db) -> list[Serving]:
    """Every agreement that stands and that the transaction sees, by the settlement's code."""
    return [Serving(**dict(row)) for row in await db.fetch(sql.present)]


async def now(db: Db, municipality: str) -> Serving | None:
    """The agreement that stands for a settlement, if one does."""
    row = await db.fetchrow(sql.now, municipality)
    return Serving(**dict(row)) if row else None


async def sides(db: Db, serving: Serving) -> tuple[Place, Place]:
    """The settlement and the municipality that serves it."""
    settlement = await places.find_one(db, Scope.MUNICIPALITY, serving.municipality)
    return settlement, await places.find_one(db, Scope.MUNICIPALITY, serving.served_by)


async def all_of_all(db: Db) -> list[Serving]:
    """Every agreement that ever was, for a new epoch."""
    return [Serving(**dict(row)) for row in await db.fetch(sql.all_of_all)]
