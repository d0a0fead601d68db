"""The audit: who did what, when, on whose behalf. Only ever added to; holds ids, no personal text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis import queries
from services.chassis.db import Db

sql = queries.load(__package__, "audit.sql")


@dataclass(frozen=True, slots=True)
class Line:
    """One deed."""

    municipality: str
    at: datetime
    account: UUID | None
    on_behalf_of: UUID | None
    action: str
    subject: str


async def add(db: Db, lines: Sequence[Line]) -> None:
    """Write down what is done, in its own transaction."""
    rows = [(i.municipality, i.at, i.account, i.on_behalf_of, i.action, i.subject) for i in lines]
    if rows:
        await db.execute(sql.add, *zip(*rows, strict=True))
