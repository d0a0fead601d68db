"""Councils of municipal formations (СМО)."""

from collections.abc import Sequence

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.territory.domain.structure import Smo

sql = queries.load(__package__, "smos.sql")


async def all_by_id(db: Db) -> dict[str, Smo]:
    """Every SMO."""
    return {row["id"]: Smo(**dict(row)) for row in await db.fetch(sql.all_smos)}


async def save(db: Db, smos: Sequence[Smo]) -> None:
    """Store new SMOs and new states of known ones."""
    rows = [(smo.id, smo.name, smo.covers_all, smo.version) for smo in smos]
    if rows:
        await db.execute(sql.save, *zip(*rows, strict=True))
