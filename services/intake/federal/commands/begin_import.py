"""Name the columns of an uploaded table, and let it be imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.intake.core.authority import Deed, oversight
from services.intake.core.domain import FEDERAL_IMPORTED
from services.intake.core.store import audit
from services.intake.federal.domain import columns as rules
from services.intake.federal.domain.imports import State
from services.intake.federal.store import imports


@dataclass(frozen=True, slots=True)
class Chosen:
    """Field → the head of the column that it is, of an import."""

    id: UUID
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Begun:
    """The import that the worker takes up."""

    id: UUID


async def begin_import(pool: Pool, by: Staff, given: Chosen, at: Moment) -> Begun:
    """The columns are kept for the next table. Raises NotFound, Forbidden, Invalid, and Conflict for a table
    that is being imported already."""
    over = oversight(by, Deed.IMPORT_FEDERAL)
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Begun):
            return done
        await tenancy.see(db, REGION)
        found = await imports.lock(db, given.id, over.smos)
        if found.state is not State.CHOOSING or found.file is None:
            raise Conflict("federal-import-begun")
        columns = rules.check(given.columns, found.head)
        await imports.begin(db, found.id, columns)
        await imports.keep_template(db, rules.template(columns, found.first), by.account, at.now)
        await audit.note(db, REGION, by, at.now, FEDERAL_IMPORTED, found.id)
        return await idempotency.keep(db, at, Begun(found.id))
