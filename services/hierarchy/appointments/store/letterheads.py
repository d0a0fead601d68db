"""Letterheads of municipalities and of the region."""

from dataclasses import astuple

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.appointments.domain.letterheads import PLAIN, Letterhead

sql = queries.load(__package__, "letterheads.sql")


async def of_tenant(db: Db, tenant: str) -> Letterhead:
    """What the acts of a municipality, or of the region, are printed on."""
    row = await db.fetchrow(sql.of_tenant, tenant)
    return Letterhead(**dict(row)) if row else PLAIN


async def save(db: Db, tenant: str, letterhead: Letterhead) -> None:
    """Store the letterhead, new or changed."""
    await db.execute(sql.save, tenant, *astuple(letterhead))
