"""Files that somebody looks through before they are applied."""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound

sql = queries.load(__package__, "imports.sql")

KEPT = timedelta(days=1)


class What(StrEnum):
    """What a file brings."""

    MUNICIPALITIES = "municipalities"
    POPULATION = "population"
    ORGANIZATIONS = "organizations"


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """A file as it was brought, with the rows that were read of it. `of`: the region's two digits for
    municipalities, the founder for the organizations of one; `municipality` is whose tenant it belongs to."""

    municipality: str
    id: UUID
    account: UUID
    what: What
    of: str
    rows: bytes
    brought_at: datetime


async def keep(db: Db, file: BroughtFile) -> None:
    """Keep a file for a day, instead of the account's earlier one."""
    await db.execute(sql.forget, file.account, file.brought_at - KEPT)
    await db.execute(sql.add, *astuple(file))


async def get(db: Db, id_: UUID, account: UUID) -> BroughtFile:
    """A file of an account's own. Raises NotFound: it was taken already, or a newer one is there."""
    row = await db.fetchrow(sql.get, id_, account)
    if row is None:
        raise NotFound("import-gone")
    return BroughtFile(**dict(row) | {"what": What(row["what"])})


async def remove(db: Db, id_: UUID) -> None:
    """A file was taken and is needed no more."""
    await db.execute(sql.remove, id_)
