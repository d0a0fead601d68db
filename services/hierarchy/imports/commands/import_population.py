"""Import population and audience of municipalities from a table."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from services.chassis.db.pool import Db, Pool
from services.chassis.process.progress import Progress, silent
from services.chassis.tables.rows import Table
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import locks
from services.hierarchy.imports.commands.import_municipalities import named
from services.hierarchy.imports.domain import population
from services.hierarchy.imports.domain.population import People
from services.hierarchy.territory.commands.apply_changes import Plan, Plans, Summary, apply_changes
from services.hierarchy.territory.domain.changes import Changes, compare
from services.hierarchy.territory.domain.structure import Municipality
from services.hierarchy.territory.store import municipalities


async def import_population(pool: Pool, content: bytes, progress: Progress = silent) -> list[Summary]:
    """All or nothing. A municipality that the file lacks keeps its figures and is named.

    Raises BadFile with every bad row.
    """
    table = await FileReader().table(content)
    async with pool.acquire() as db, db.transaction():
        await locks.structure(db)
        return await apply_changes(db, await plan_population(db, table), progress)


async def plan_population(db: Db, table: Table) -> Plans:
    """What the file would change. Raises BadFile."""
    known = await municipalities.all_by_code(db)

    def changes() -> Changes[Municipality]:
        return compare(known, _wanted_of(population.parse(table, known), known))

    return [Plan("population", await asyncio.to_thread(changes), municipalities.save, named)]


def _wanted_of(people: Mapping[str, People], known: Mapping[str, Municipality]) -> dict[str, Municipality]:
    return {
        code: replace(known[code], population=figures.population, audience=figures.audience)
        for code, figures in people.items()
    }
