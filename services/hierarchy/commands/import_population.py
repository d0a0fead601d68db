"""Take population and audience of municipalities from a table."""

from dataclasses import replace

from services.chassis.db import Pool
from services.hierarchy.commands.import_municipalities import named
from services.hierarchy.commands.importing import Summary, summary_of, write
from services.hierarchy.domain import population
from services.hierarchy.domain.changes import compare
from services.hierarchy.progress import Progress, silent
from services.hierarchy.store import imports, municipalities

WHAT = "population"


async def import_population(pool: Pool, content: bytes, progress: Progress = silent) -> list[Summary]:
    """All or nothing. A municipality that the file lacks keeps its figures and is named.

    Raises BadFile with every bad row.
    """
    async with pool.acquire() as db, db.transaction():
        await imports.lock(db)
        known = await municipalities.all_by_code(db)
        people = population.parse(content, known)
        wanted = {
            code: replace(known[code], population=figures.population, audience=figures.audience)
            for code, figures in people.items()
        }
        changes = compare(known, wanted)
        await write(db, changes, municipalities.save, progress, WHAT)
    return [summary_of(WHAT, changes, named)]
