"""The audit of the hotline, only ever added to: every command leaves a line in its own transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.directory.grants import Staff

sql = queries.load(__package__, "audit.sql")


@dataclass(frozen=True, slots=True)
class Line:
    """What was done to what, when, and by whom; nobody: by the initiator, or by the worker."""

    at: datetime
    account: UUID | None
    action: str
    subject: str


async def note(
    db: Db, municipality: str, staff: Staff | None, at: datetime, word: str, subject: object
) -> None:
    """Write down that something was done in a municipality: a word of `core/domain/audit.py`, and to what."""
    await db.execute(sql.note, municipality, at, staff.account if staff else None, word, str(subject))


async def lines(db: Db, municipality: str, subject: object) -> list[Line]:
    """Everything that was done to something, from the beginning."""
    return [Line(**dict(row)) for row in await db.fetch(sql.lines, municipality, str(subject))]
