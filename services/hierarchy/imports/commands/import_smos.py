"""Import the councils of municipal formations (СМО) and who belongs to them from a list."""

from collections.abc import Mapping
from dataclasses import replace

from services.chassis.db.pool import Db, Pool
from services.chassis.process.progress import Progress, silent
from services.hierarchy.core.domain.marked import Document
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import locks
from services.hierarchy.territory.commands.apply_changes import Plan, Plans, Summary, apply_changes
from services.hierarchy.territory.domain import smos as lists
from services.hierarchy.territory.domain.changes import compare
from services.hierarchy.territory.domain.structure import Municipality, Smo
from services.hierarchy.territory.store import municipalities, smos


async def import_smos(pool: Pool, content: bytes, progress: Progress = silent) -> list[Summary]:
    """All or nothing: the councils, then the municipalities whose council changes.

    An SMO that the file lacks is named and keeps its municipalities, unless the file gives them
    to another. Raises BadFile with everything wrong.
    """
    document = await FileReader().document(content)
    async with pool.acquire() as db, db.transaction():
        await locks.structure(db)
        return await apply_changes(db, await _plan(db, document), progress)


async def _plan(db: Db, document: Document) -> Plans:
    known = await municipalities.all_by_code(db)
    parents = {code: municipality.parent for code, municipality in known.items()}
    entries, members = lists.parse(document, parents)
    councils = {
        entry.id: Smo(entry.id, entry.name, entry.municipalities is None) for entry in entries.values()
    }
    changes = compare(await smos.all_by_id(db), councils)
    moves = compare(known, members_of(known, members, councils))
    return [
        Plan("smos", changes, smos.save, lambda smo: f"{smo.id} {smo.name}"),
        Plan("municipalities of smos", moves, municipalities.save, lambda m: m.code),
    ]


def members_of(
    known: Mapping[str, Municipality], members: Mapping[str, str], councils: Mapping[str, Smo]
) -> dict[str, Municipality]:
    """Every municipality under the SMO it is given, or that it keeps from before."""
    return {
        code: replace(municipality, smo=members.get(code, _kept(municipality, councils)))
        for code, municipality in known.items()
    }


def _kept(municipality: Municipality, councils: Mapping[str, Smo]) -> str | None:
    return None if municipality.smo in councils else municipality.smo
