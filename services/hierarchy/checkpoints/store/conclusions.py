"""What Heads conclude from their results: versions, never changed."""

from datetime import date, datetime

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.checkpoints.domain.results import Conclusion
from services.hierarchy.checkpoints.store.results import Key
from services.hierarchy.core.authority import Acting

sql = queries.load(__package__, "conclusions.sql")


async def add(db: Db, of: Key, number: int, body: str, by: Acting, at: datetime) -> None:
    """Store a version."""
    await db.execute(sql.add, *of, number, body, by.account, by.on_behalf_of, at)


async def of_municipality(db: Db, code: str, campaign: str) -> dict[date, Conclusion]:
    """The conclusions that stand, by day."""
    rows = [dict(row) for row in await db.fetch(sql.of_municipality, code, campaign)]
    return {row.pop("day"): Conclusion(**row) for row in rows}


async def versions(db: Db, of: Key) -> list[Conclusion]:
    """Every version of a day's conclusion, the newest first."""
    return [Conclusion(**dict(row)) for row in await db.fetch(sql.versions, *of)]
