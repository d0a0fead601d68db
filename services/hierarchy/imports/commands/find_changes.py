"""Find what an uploaded file would change; part of several commands."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import orjson

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.tables.reading import table_of
from services.chassis.tables.rows import BadFile, BadRow, Table
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.imports.commands.authorise_upload import authorise_upload
from services.hierarchy.imports.commands.import_municipalities import plan_municipalities
from services.hierarchy.imports.commands.import_organizations import plan_organizations
from services.hierarchy.imports.commands.import_population import plan_population
from services.hierarchy.imports.domain.files import Import, What
from services.hierarchy.imports.store import imports
from services.hierarchy.territory.commands.apply_changes import Plans


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change, with a digest of exactly these changes, or everything bad in it."""

    given: Import
    plans: Plans = ()
    digest: str = ""
    bad: Sequence[BadRow] = ()


async def find_changes(db: Db, by: Staff, id_: UUID) -> tuple[Preview, Acting]:
    """What a file would change now, and in what capacity it is applied. Raises NotFound, Forbidden."""
    await tenancy.see(db, *tenants_of(by))
    file = await imports.get(db, id_, by.account)
    given = Import(file.what, file.of)
    who, _ = await authorise_upload(db, by, given)
    try:
        plans = await _plans(db, given, await asyncio.to_thread(table_of, file.rows))
    except BadFile as refusal:
        return Preview(given, bad=refusal.rows), who
    return Preview(given, plans, await asyncio.to_thread(_digest, plans)), who


async def _plans(db: Db, given: Import, table: Table) -> Plans:
    match given.what:
        case What.MUNICIPALITIES:
            return await plan_municipalities(db, table, given.of)
        case What.POPULATION:
            return await plan_population(db, table)
        case What.ORGANIZATIONS:
            return await plan_organizations(db, table, given.founder)


def _digest(plans: Plans) -> str:
    """The same for the same things from the same versions on."""
    saved = [(plan.what, plan.name(thing), thing.version) for plan in plans for thing in plan.changes.saved]
    return sha256(orjson.dumps(saved)).hexdigest()
