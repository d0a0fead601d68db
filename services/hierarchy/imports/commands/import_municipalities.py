"""Import the municipalities of one region from Rosstat's classifier (ОКТМО)."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from services.chassis.db.pool import Db, Pool
from services.chassis.process.progress import Progress, silent
from services.chassis.tables.rows import Table
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import locks
from services.hierarchy.imports.domain import oktmo
from services.hierarchy.imports.domain.oktmo import Unit
from services.hierarchy.territory.commands.apply_changes import Plan, Plans, Summary, apply_changes
from services.hierarchy.territory.domain.changes import Changes, compare
from services.hierarchy.territory.domain.structure import Municipality, Smo
from services.hierarchy.territory.store import municipalities, smos


async def import_municipalities(
    pool: Pool, content: bytes, region: str, progress: Progress = silent
) -> list[Summary]:
    """All or nothing. A municipality of the region that the file lacks is named, never deleted.

    Raises BadFile with every bad row.
    """
    table = await FileReader().table(content)
    async with pool.acquire() as db, db.transaction():
        await locks.structure(db)
        return await apply_changes(db, await plan_municipalities(db, table, region), progress)


async def plan_municipalities(db: Db, table: Table, region: str) -> Plans:
    """What the file would change in a region (two digits). Raises BadFile."""
    known = await municipalities.all_by_code(db)
    councils = await smos.all_by_id(db)
    here = {code: m for code, m in known.items() if m.oktmo_now.startswith(region)}

    def changes() -> Changes[Municipality]:
        return compare(here, wanted_of(oktmo.parse(table, region), here, list(councils.values())))

    return [Plan("municipalities", await asyncio.to_thread(changes), municipalities.save, named)]


def wanted_of(
    units: tuple[Unit, ...], known: Mapping[str, Municipality], councils: list[Smo]
) -> dict[str, Municipality]:
    """The municipalities as they shall be, by id: the code of their first import."""
    ids = {municipality.oktmo_now: code for code, municipality in known.items()}
    everywhere = next((council.id for council in councils if council.covers_all), None)
    wanted: dict[str, Municipality] = {}
    for unit in units:
        code = ids.get(unit.code, unit.code)
        parent = ids.get(unit.parent, unit.parent) if unit.parent else None
        if old := known.get(code):
            new = replace(old, name=unit.name, kind=unit.kind, parent=parent, oktmo_now=unit.code)
        else:
            smo = known[parent].smo if parent and parent in known else everywhere
            new = Municipality(code, unit.name, unit.kind, parent, oktmo_now=unit.code, smo=smo)
        wanted[code] = new
    return wanted


def named(municipality: Municipality) -> str:
    """A municipality in a list for people."""
    return f"{municipality.code} {municipality.name}"
