"""The audit of intake, only ever added to: every command of the staff leaves a line in its transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.intake.core.authority import capacity

sql = queries.load(__package__, "audit.sql")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are wanted: of these municipalities (None: of all), of a deed, about somebody."""

    places: Sequence[str] | None = None
    action: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What was done to whom or what, where, by whom and in which role, as far as it is known."""

    id: int
    municipality: str
    at: datetime
    account: UUID | None
    role: Role | None
    action: str
    subject: str
    who: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """When somebody of the staff looked at a participant's data, and in which role."""

    at: datetime
    role: Role | None


async def note(
    db: Db, municipality: str, staff: Staff | None, at: datetime, word: str, subject: object
) -> None:
    """Write down that something was done in a municipality: a word of `core/domain.py`, and to what."""
    account, role = (staff.account, capacity(staff, municipality)) if staff else (None, None)
    await db.execute(sql.note, municipality, at, account, word, str(subject), role)
    if staff and staff.name:
        await db.execute(sql.keep_name, staff.account, staff.name, at)


async def wanted(db: Db, given: Wanted, before: int | None, limit: int) -> list[Line]:
    """What was done, the newest first. The transaction sees these municipalities."""
    rows = await db.fetch(sql.wanted, before, limit, given.places, given.action, given.subject)
    return [Line(**{**row, "role": _role(row["role"])}) for row in rows]


async def looks(db: Db, participant: UUID, limit: int) -> list[Look]:
    """Who has looked at a participant's data, the last first. Needs to see every municipality."""
    return [Look(row["at"], _role(row["role"])) for row in await db.fetch(sql.looks, str(participant), limit)]


def _role(stored: str | None) -> Role | None:
    return Role(stored) if stored else None
