"""Colleagues: who of a municipality's people has been seen here. Their names are known from tokens alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.db.pruning import Rule
from services.directory.grants import Staff

sql = queries.load(__package__, "colleagues.sql")

AGAIN = timedelta(hours=1)
"""How often it is noted that somebody is here."""

PRUNED = (Rule("colleague", sql.unseen, timedelta(days=400)),)
"""Whoever was not here for more than a year is not offered for duty."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works in a municipality, when they were last seen."""

    account: UUID
    name: str
    seen_at: datetime


async def see(db: Db, staff: Staff, now: datetime) -> None:
    """Note that somebody is here, in every municipality in which they work. The transaction sees them."""
    await db.execute(sql.see, sorted(staff.municipalities), staff.account, staff.name, now)


async def of(db: Db, municipality: str, now: datetime) -> list[Colleague]:
    """Those who may work in a municipality and have been seen here, by the alphabet."""
    return [Colleague(**dict(row)) for row in await db.fetch(sql.of, municipality, now)]


async def seeing(db: Db, municipality: str, passed: Iterable[UUID], now: datetime) -> list[Colleague]:
    """Those of them who see an inquiry that has passed these working groups and organizations."""
    rows = await db.fetch(sql.seeing, municipality, now, sorted(map(str, passed)))
    return [Colleague(**dict(row)) for row in rows]
