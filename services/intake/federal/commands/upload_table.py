"""Upload a table of the federal platform."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.chassis.process.files import Files
from services.chassis.process.turns import Turns
from services.chassis.tables.reading import Glance, TableReader
from services.chassis.tables.rows import BadFile
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, Oversight, oversight
from services.intake.core.domain import FEDERAL_IMPORTED, FEDERAL_UPLOADED
from services.intake.core.store import audit
from services.intake.federal.domain import columns as rules
from services.intake.federal.domain.imports import FederalImport, State
from services.intake.federal.store import imports


@dataclass(frozen=True, slots=True)
class Upload:
    """A table's content. `at_once`: it is imported without anybody looking at it, by these columns, or by
    those that were named the last time."""

    content: bytes
    at_once: bool = False
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The import that it became."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Tables:
    """What an upload needs: the database, where files lie, who reads them, and whose turn it is."""

    pool: Pool
    files: Files
    reader: TableReader
    turns: Turns


async def upload_table(
    tables: Tables, known: Subordination, by: Staff, given: Upload, at: Moment
) -> Uploaded:
    """Keep a table to be imported.

    Raises Forbidden, NotFound without a campaign, Invalid for a file that is no table and for columns that it
    does not have, Unavailable if too many are read.
    """
    over = oversight(by, Deed.IMPORT_FEDERAL)
    campaign = known.campaign.id
    # Outside a transaction: reading takes seconds, and its turn may take longer than a connection can wait.
    glance = await _glance(tables.reader, given.content)
    async with tables.pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        columns = _columns(given, glance, (await imports.template(db)).columns)
    uploaded = _import(by, over, campaign, glance, columns, at)
    key = str(uploaded.file)
    await tables.files.write(key, given.content)
    try:
        kept = await _keep(tables.pool, by, uploaded, glance, at)
    except BaseException:
        # Refused, lost or called off: nobody knows of the file. If it was committed nevertheless, the import
        # says that its file is gone.
        await asyncio.shield(tables.files.discard(key))
        raise
    if kept.id != uploaded.id:
        await tables.files.discard(key)
    return kept


async def _keep(pool: Pool, by: Staff, uploaded: FederalImport, glance: Glance, at: Moment) -> Uploaded:
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Uploaded):
            return done
        await tenancy.see(db, REGION)
        await imports.add(db, uploaded)
        if uploaded.columns is not None:
            kept = rules.template(uploaded.columns, glance.first)
            await imports.keep_template(db, kept, by.account, at.now)
        word = FEDERAL_UPLOADED if uploaded.columns is None else FEDERAL_IMPORTED
        await audit.note(db, REGION, by, at.now, word, uploaded.id)
        return await idempotency.keep(db, at, Uploaded(uploaded.id))


async def _glance(reader: TableReader, content: bytes) -> Glance:
    if not content:
        raise Invalid("federal-file-empty", field="file")
    try:
        glance = await reader.glance(content)
    except BadFile as refusal:
        why = refusal.rows[0].why
        raise Invalid(why.slug, field="file", **why.facts) from None
    if glance.count < 2 or not glance.first:
        raise Invalid("federal-file-empty", field="file")
    return glance


def _columns(given: Upload, glance: Glance, kept: Mapping[str, str]) -> dict[str, str] | None:
    if not given.at_once:
        return None
    head = glance.first[0][1]
    return rules.check(kept if given.columns is None else given.columns, head)


def _import(
    by: Staff, over: Oversight, campaign: str, glance: Glance, columns: dict[str, str] | None, at: Moment
) -> FederalImport:
    id_ = uuid_utils.compat.uuid7()
    return FederalImport(
        id=id_,
        campaign=campaign,
        account=by.account,
        smos=None if over.smos is None else sorted(over.smos),
        file=f"federal/{id_}",
        first=glance.first,
        rows=glance.count - 1,
        columns=columns,
        state=State.CHOOSING if columns is None else State.WAITING,
        **dict.fromkeys(("done", "added", "changed", "same", "bad", "linked"), 0),
        linked_up_to="",
        refusal=None,
        uploaded_at=at.now,
        ended_at=None,
    )
