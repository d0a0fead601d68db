"""The audit of intake, only ever added to: every command of the staff leaves a line in its transaction."""

from datetime import datetime

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.directory.grants import Staff

sql = queries.load(__package__, "audit.sql")


async def note(
    db: Db, municipality: str, staff: Staff | None, at: datetime, word: str, subject: object
) -> None:
    """Write down that something was done in a municipality: a word of `core/audit.py`, and to what."""
    await db.execute(sql.note, municipality, at, staff.account if staff else None, word, str(subject))
