"""Themes of inquiries and consultations: the region's list."""

from dataclasses import dataclass

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Checks, Invalid

sql = queries.load(__package__, "themes.sql")


@dataclass(frozen=True, slots=True)
class Theme:
    """What is asked about; its direction, if there is one, says whose working group answers."""

    code: str
    name: str
    direction: str | None = None
    removed: bool = False


async def every(db: Db) -> list[Theme]:
    """All themes in their order, those that were removed too."""
    return [Theme(**dict(row)) for row in await db.fetch(sql.all)]


async def known(db: Db, code: str, checks: Checks) -> Theme:
    """A theme that may be chosen; notes a refusal for any other."""
    row = await db.fetchrow(sql.one, code)
    if row is None or row["removed"]:
        checks.note(Invalid("theme-unknown", field="theme"))
        return Theme(code, "")
    return Theme(**dict(row))


async def in_use(db: Db, code: str) -> str:
    """The theme itself, or where it was removed the last one that is there still: «другое»."""
    return str(await db.fetchval(sql.in_use, code) or code)
