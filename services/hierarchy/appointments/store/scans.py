"""Signed scans of acts; their files lie outside."""

from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.appointments.domain.acts import Entered
from services.hierarchy.appointments.domain.scans import Content, Scan

sql = queries.load(__package__, "scans.sql")


async def add(db: Db, act: Entered, id_: UUID, content: Content, by: UUID, at: datetime) -> UUID:
    """Note a scan of an act; the id of the one that has this content, which may be an earlier one."""
    key = (act.municipality, act.id)
    what = (content.media_type, len(content.body), content.digest)
    added: UUID | None = await db.fetchval(sql.add, *key, id_, *what, by, at)
    return added or await db.fetchval(sql.by_digest, *key, content.digest)


async def of_act(db: Db, act: Entered) -> list[Scan]:
    """The scans of an act, the newest first."""
    return [Scan(**dict(row)) for row in await db.fetch(sql.of_act, act.municipality, act.id)]


async def get(db: Db, act: Entered, id_: UUID) -> Scan:
    """A scan of an act. Raises NotFound."""
    row = await db.fetchrow(sql.get, act.municipality, act.id, id_)
    if row is None:
        raise NotFound("scan-unknown")
    return Scan(**dict(row))
