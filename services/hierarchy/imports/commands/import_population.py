"""Take population and audience of municipalities from a table."""

from dataclasses import replace

from services.chassis.db.pool import Db, Pool
from services.chassis.process.progress import Progress, silent
from services.hierarchy.core.store import locks
from services.hierarchy.imports.commands.import_municipalities import named
from services.hierarchy.imports.domain import population
from services.hierarchy.territory.commands.apply_changes import Plan, Plans, Summary, carry_out
from services.hierarchy.territory.domain.changes import compare
from services.hierarchy.territory.store import municipalities


async def import_population(pool: Pool, content: bytes, progress: Progress = silent) -> list[Summary]:
    """All or nothing. A municipality that the file lacks keeps its figures and is named.

    Raises BadFile with every bad row.
    """
    async with pool.acquire() as db, db.transaction():
        await locks.structure(db)
        return await carry_out(db, await plan_population(db, content), progress)


async def plan_population(db: Db, content: bytes) -> Plans:
    """What the file would change. Raises BadFile."""
    known = await municipalities.all_by_code(db)
    people = population.parse(content, known)
    wanted = {
        code: replace(known[code], population=figures.population, audience=figures.audience)
        for code, figures in people.items()
    }
    return [Plan("population", compare(known, wanted), municipalities.save, named)]
