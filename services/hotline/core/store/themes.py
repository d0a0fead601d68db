"""Themes of inquiries and consultations: the region's list."""

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Checks, Invalid, NotFound
from services.hotline.core.domain.themes import Theme

sql = queries.load(__package__, "themes.sql")


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


async def lock(db: Db) -> list[Theme]:
    """All of them, which nobody else changes until this transaction ends."""
    await db.execute(sql.lock)
    return await every(db)


async def one(db: Db, code: str) -> Theme:
    """A theme, offered or not. Raises NotFound."""
    row = await db.fetchrow(sql.one, code)
    if row is None:
        raise NotFound("theme-not-there")
    return Theme(**dict(row))


async def add(db: Db, theme: Theme) -> None:
    """Store a new theme."""
    await db.execute(sql.add, *_row(theme))


async def save(db: Db, theme: Theme) -> None:
    """Store a theme's present state."""
    await db.execute(sql.save, *_row(theme))


def _row(theme: Theme) -> tuple[object, ...]:
    return (theme.code, theme.name, theme.direction, theme.removed, theme.place, theme.version)
