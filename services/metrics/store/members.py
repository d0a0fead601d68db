"""Since when municipalities are known to be of their SMOs. It survives a new epoch of the structure."""

from collections.abc import Iterable
from datetime import datetime

from contracts.structure import MunicipalityDefined
from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "members.sql")


async def reach(db: Db, moment: datetime) -> None:
    """What is told from here on was not so before this moment."""
    await db.execute(sql.reach, moment)


async def keep(db: Db, told: Iterable[MunicipalityDefined]) -> None:
    """Keep who is new, and who is of another SMO than before."""
    latest = {each.code: each for each in sorted(told, key=lambda each: each.version)}
    rows = [(each.code, each.smo or "", each.version) for each in latest.values()]
    await db.execute(sql.keep, *zip(*rows, strict=True))


async def begin_anew(db: Db) -> None:
    """All of it is told again, in versions of another row of numbers."""
    await db.execute(sql.begin_anew)


async def members(db: Db) -> dict[str, list[tuple[str, datetime | None]]]:
    """Municipality → its SMOs one after the other, each with the moment before which it was not so."""
    found: dict[str, list[tuple[str, datetime | None]]] = {}
    for row in await db.fetch(sql.members):
        found.setdefault(row["municipality"], []).append((row["smo"], row["since"]))
    return found
