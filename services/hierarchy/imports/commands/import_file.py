"""Bring a file on the screen: look through what it would change, then take it, all or nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import orjson
import uuid_utils.compat

from contracts.appointments import Scope
from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Invalid
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.domain.audit import IMPORTED
from services.hierarchy.core.domain.places import THE_REGION, Place
from services.hierarchy.core.domain.rows import BadFile, BadRow, Table
from services.hierarchy.core.reading import Reader, table_of
from services.hierarchy.core.store import audit, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.imports.commands.import_municipalities import plan_municipalities
from services.hierarchy.imports.commands.import_organizations import plan_organizations
from services.hierarchy.imports.commands.import_population import plan_population
from services.hierarchy.imports.domain.oktmo import check_region
from services.hierarchy.imports.store import imports
from services.hierarchy.imports.store.imports import BroughtFile, What
from services.hierarchy.territory.commands.apply_changes import Plans, carry_out


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody means to bring: of one founder or region, or (empty) of all."""

    what: What
    of: str = ""

    @property
    def founder(self) -> str | None:
        """The founder whose organizations alone it is about."""
        return self.of if self.what is What.ORGANIZATIONS and self.of else None


@dataclass(frozen=True, slots=True)
class Looked:
    """A file, and what it would change with a word for exactly these changes, or everything bad in it."""

    wanted: Wanted
    plans: Plans = ()
    word: str = ""
    bad: Sequence[BadRow] = ()


async def may_bring(db: Db, by: Staff, wanted: Wanted) -> tuple[Acting, Place | None]:
    """In what capacity somebody brings such a file, and the founder whom it is about; the transaction sees
    what is theirs from then on.

    Raises NotFound for a foreign founder and, where it is the region's, for anybody but an administrator;
    Forbidden for somebody of the founder's who does not keep its list.
    """
    await tenancy.see(db, *tenants_of(by))
    if wanted.founder is None:
        return authority(by, Deed.SET_REGION, THE_REGION), None
    founder = await places.find_one(db, Scope.MUNICIPALITY, wanted.founder)
    return authority(by, Deed.KEEP_ORGANIZATIONS, founder), founder


async def bring_file(
    pool: Pool, reader: Reader, by: Staff, wanted: Wanted, content: bytes, now: datetime
) -> UUID:
    """Read a file and keep its rows to be looked through; nothing is changed yet. Raises Invalid for an empty
    one, or if it is not said of which region the municipalities are, Unavailable if too many are read."""
    async with pool.acquire() as db, db.transaction():
        await may_bring(db, by, wanted)
        if wanted.what is What.MUNICIPALITIES:
            check_region(wanted.of)
        if not content:
            raise Invalid("import-empty", field="file")
    # Outside a transaction: reading takes seconds, and its turn may take longer than a connection can wait.
    rows = await reader.rows(content)
    async with pool.acquire() as db, db.transaction():
        await may_bring(db, by, wanted)
        file = BroughtFile(
            municipality=wanted.founder or REGION,
            id=uuid_utils.compat.uuid7(),
            account=by.account,
            what=wanted.what,
            of=wanted.of,
            rows=rows,
            brought_at=now,
        )
        await imports.keep(db, file)
    return file.id


async def look_through(pool: Pool, by: Staff, id_: UUID) -> Looked:
    """What a file would change now. Raises NotFound."""
    async with pool.acquire() as db, db.transaction(readonly=True):
        looked, _ = await _look(db, by, id_)
    return looked


async def take_file(
    pool: Pool, by: Staff, id_: UUID, word: str, now: datetime, repeat: Repeat | None
) -> Answer:
    """200 with what was brought, and how much was added and changed. `word` says what was looked through.

    Raises NotFound, and Conflict if other changes than those would come of it by now, or none.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        await locks.structure(db)
        looked, who = await _look(db, by, id_)
        if looked.bad or looked.word != word:
            raise Conflict("import-moved")
        summaries = await carry_out(db, looked.plans)
        await imports.remove(db, id_)
        tenant = looked.wanted.founder or REGION
        action = IMPORTED.format(what=looked.wanted.what)
        await audit.note(db, tenant, who, now, action, f"import:{id_}")
        counts = {"added": sum(s.added for s in summaries), "changed": sum(s.changed for s in summaries)}
        body = counts | {"what": looked.wanted.what, "of": looked.wanted.of}
        answer = Answer(200, orjson.dumps(body).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _look(db: Db, by: Staff, id_: UUID) -> tuple[Looked, Acting]:
    await tenancy.see(db, *tenants_of(by))
    file = await imports.get(db, id_, by.account)
    wanted = Wanted(file.what, file.of)
    who, _ = await may_bring(db, by, wanted)
    try:
        plans = await _plans(db, wanted, await asyncio.to_thread(table_of, file.rows))
    except BadFile as refusal:
        return Looked(wanted, bad=refusal.rows), who
    return Looked(wanted, plans, await asyncio.to_thread(_word, plans)), who


async def _plans(db: Db, wanted: Wanted, table: Table) -> Plans:
    match wanted.what:
        case What.MUNICIPALITIES:
            return await plan_municipalities(db, table, wanted.of)
        case What.POPULATION:
            return await plan_population(db, table)
        case What.ORGANIZATIONS:
            return await plan_organizations(db, table, wanted.founder)


def _word(plans: Plans) -> str:
    """The same for the same things from the same versions on."""
    saved = [(plan.what, plan.name(thing), thing.version) for plan in plans for thing in plan.changes.saved]
    return sha256(orjson.dumps(saved)).hexdigest()
