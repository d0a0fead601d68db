"""Import the register of organizations of the budget sphere from a table."""

import asyncio
from collections.abc import Mapping

import uuid_utils.compat

from services.chassis.db.pool import Db, Pool
from services.chassis.process.progress import Progress, silent
from services.chassis.tables.rows import Table
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import locks
from services.hierarchy.territory.commands.apply_changes import Plan, Plans, Summary, apply_changes
from services.hierarchy.territory.domain import organizations as register
from services.hierarchy.territory.domain.changes import Changes, compare
from services.hierarchy.territory.domain.organizations import Entry
from services.hierarchy.territory.domain.structure import Organization
from services.hierarchy.territory.store import municipalities, organizations

Identity = tuple[str, str]


async def import_organizations(pool: Pool, content: bytes, progress: Progress = silent) -> list[Summary]:
    """All or nothing. Organizations keep their ids; one that the file lacks is named, never deleted.

    Raises BadFile with every bad row.
    """
    table = await FileReader().table(content)
    async with pool.acquire() as db, db.transaction():
        await locks.structure(db)
        return await apply_changes(db, await plan_organizations(db, table), progress)


async def plan_organizations(db: Db, table: Table, founder: str | None = None) -> Plans:
    """What the file would change: in the region, or among one founder's organizations. Raises BadFile."""
    places = await municipalities.all_by_code(db)
    known = await organizations.all_by_identity(db, founder)

    def changes() -> Changes[Organization]:
        return compare(known, wanted_of(register.parse(table, places, founder), known))

    return [Plan("organizations", await asyncio.to_thread(changes), organizations.save, named)]


def named(organization: Organization) -> str:
    """An organization in a list for people."""
    return f"{organization.founder} {organization.external_id} {organization.name}"


def wanted_of(
    entries: Mapping[Identity, Entry], known: Mapping[Identity, Organization]
) -> dict[Identity, Organization]:
    """The organizations as they shall be, by founder and external id."""
    return {identity: _organization(entry, known.get(identity)) for identity, entry in entries.items()}


def _organization(entry: Entry, known: Organization | None) -> Organization:
    return Organization(
        id=known.id if known else uuid_utils.compat.uuid7(),
        external_id=entry.external_id,
        founder=entry.founder,
        place=entry.place,
        name=entry.name,
        kind=entry.kind,
        headcount=entry.headcount,
        closed=known.closed if known else False,
        successor=known.successor if known else None,
    )
