"""Changes of the structure take turns."""

from services.chassis import queries
from services.chassis.db import Db

sql = queries.load(__package__, "imports.sql")


async def lock(db: Db) -> None:
    """Wait until nobody else changes the structure; holds until the transaction ends."""
    await db.execute(sql.lock)
