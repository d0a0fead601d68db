"""Who is below whom in a municipality, as far as orders go."""

from contracts.appointments import Role
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.orders.domain.tasks import Holder

sql = queries.load(__package__, "people.sql")


async def in_line(db: Db, municipality: str, campaign: str) -> list[Holder]:
    """Everybody in a municipality's line of subordination, its Head too."""
    rows = await db.fetch(sql.below, municipality, campaign)
    return [Holder(**{**row, "role": Role(row["role"])}) for row in rows]


async def served(db: Db, municipality: str) -> list[str]:
    """The municipalities for which one acts by agreement."""
    return [row["municipality"] for row in await db.fetch(sql.served, municipality)]
