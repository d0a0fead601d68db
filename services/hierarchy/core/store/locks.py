"""Locks that last to the end of the transaction: what is looked at after one nobody else changes."""

from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "locks.sql")


async def structure(db: Db) -> None:
    """Wait until nobody else changes the region's structure."""
    await db.execute(sql.structure)


async def tenants(db: Db, *codes: str) -> None:
    """Wait until nobody else appoints people or changes groups in these municipalities."""
    await db.execute(sql.tenants, list(set(codes)))
