"""Take the register of organizations of the budget sphere from a table."""

from collections.abc import Mapping

import uuid_utils.compat

from services.chassis.db import Pool
from services.hierarchy.commands.importing import Summary, summary_of, write
from services.hierarchy.domain import organizations as register
from services.hierarchy.domain.changes import compare
from services.hierarchy.domain.organizations import Entry
from services.hierarchy.domain.structure import Organization
from services.hierarchy.progress import Progress, silent
from services.hierarchy.store import imports, municipalities, organizations

WHAT = "organizations"

Identity = tuple[str, str]


async def import_organizations(pool: Pool, content: bytes, progress: Progress = silent) -> list[Summary]:
    """All or nothing. Organizations keep their ids; one that the file lacks is named, never deleted.

    Raises BadFile with every bad row.
    """
    async with pool.acquire() as db, db.transaction():
        await imports.lock(db)
        entries = register.parse(content, await municipalities.parents(db))
        known = await organizations.all_by_identity(db)
        changes = compare(known, wanted_of(entries, known))
        await write(db, changes, organizations.save, progress, WHAT)
    return [summary_of(WHAT, changes, lambda o: f"{o.founder} {o.external_id} {o.name}")]


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
