"""The audit of the hotline, only ever added to: every command leaves a line in its own transaction."""

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are wanted: of these municipalities (None: of all), of a deed, from a moment to another."""

    places: Sequence[str] | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """What was done, where, and by whom, if their name is known here."""

    id: int
    municipality: str
    at: datetime
    account: UUID | None
    action: str
    subject: str
    who: str

    @property
    def count(self) -> int | None:
        """How many it was done to, where that is all there is to say."""
        return int(self.subject) if self.subject.isdecimal() else None


async def note(
    db: Db, municipality: str, staff: Staff | None, at: datetime, word: str, subject: object
) -> None:
    """Write down that something was done in a municipality: a word of `core/domain/audit.py`, and to what."""
    await db.execute(sql.note, municipality, at, staff.account if staff else None, word, str(subject))


async def lines(db: Db, municipality: str, subject: object) -> list[Line]:
    """Everything that was done to something, from the beginning."""
    return [Line(**dict(row)) for row in await db.fetch(sql.lines, municipality, str(subject))]


async def wanted(db: Db, given: Wanted, before: int | None, limit: int) -> list[AuditRow]:
    """What was done, the newest first. Needs to see every municipality."""
    chosen = (given.places, given.action, given.since, given.until)
    return [AuditRow(**dict(row)) for row in await db.fetch(sql.wanted, before, limit, *chosen)]
