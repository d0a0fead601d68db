"""What municipalities reported, version by version."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg

from contracts.reported import ReportSource
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.federal.domain.reported import Report, Reported

sql = queries.load(__package__, "reported.sql")


async def add(db: Db, given: Report, campaign: str, account: UUID, at: datetime) -> Reported:
    """Store what was reported as the next version."""
    await db.execute(sql.lock, given.municipality)
    figures = (given.registered, given.submitted, given.as_of, given.source, given.note)
    return _reported(await db.fetchrow(sql.add, given.municipality, campaign, *figures, account, at))


async def latest(db: Db, municipalities: Collection[str], campaign: str) -> dict[str, Reported]:
    """What stands, by municipality."""
    rows = await db.fetch(sql.latest, list(municipalities), campaign)
    return {row["municipality"]: _reported(row) for row in rows}


async def versions(db: Db, municipalities: Collection[str], campaign: str) -> list[Reported]:
    """What some municipalities reported, the last first."""
    return [_reported(row) for row in await db.fetch(sql.versions, list(municipalities), campaign)]


async def standing(db: Db) -> list[Reported]:
    """What stands in every municipality and campaign."""
    return [_reported(row) for row in await db.fetch(sql.standing)]


def _reported(row: asyncpg.Record | None) -> Reported:
    if row is None:
        raise LookupError("an INSERT returns its row")
    return Reported(**dict(row) | {"source": ReportSource(row["source"])})
