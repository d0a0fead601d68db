"""Attach the signed scan of an act. An earlier one stays."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Refused
from services.chassis.process.files import Files
from services.directory.grants import Staff
from services.hierarchy.appointments.commands.find_act import find_act, place_of_act
from services.hierarchy.appointments.domain.acts import Entered
from services.hierarchy.appointments.domain.scans import Content, key_of
from services.hierarchy.appointments.store import scans
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.domain.audit import SCAN_ATTACHED
from services.hierarchy.core.store import audit


@dataclass(frozen=True, slots=True)
class Signed:
    """An act and its signed scan."""

    act: UUID
    content: Content


@dataclass(frozen=True, slots=True)
class Attached:
    """The scan that has the content, and whether it is new: the act may have had it already."""

    id: UUID
    is_new: bool = True


async def attach_scan(pool: Pool, files: Files, by: Staff, given: Signed, at: Moment) -> Attached:
    """The act keeps each content once.

    Raises NotFound for a foreign act, Forbidden, Unavailable if the file cannot be kept.
    """
    async with pool.acquire() as db, db.transaction():
        act, _ = await _acting(db, by, given.act)
    scan = uuid_utils.compat.uuid7()
    key = key_of(act.municipality, act.id, scan)
    # Before the commit: what is noted is there, and a file that is not noted does no harm.
    await files.write(key, given.content.body)
    try:
        attached = await _note(pool, by, given, scan, at)
    except Refused:
        await files.discard(key)
        raise
    if attached.id != scan:
        await files.discard(key)
    return attached


async def _note(pool: Pool, by: Staff, given: Signed, scan: UUID, at: Moment) -> Attached:
    async with pool.acquire() as db, db.transaction():
        if attached := await idempotency.earlier(db, at, Attached):
            return attached
        act, who = await _acting(db, by, given.act)
        kept = await scans.add(db, act, scan, given.content, who.account, at.now)
        if kept == scan:
            await audit.note(db, act.municipality, who, at.now, SCAN_ATTACHED, f"act-scan:{scan}")
        return await idempotency.keep(db, at, Attached(kept, kept == scan))


async def _acting(db: Db, by: Staff, act_id: UUID) -> tuple[Entered, Acting]:
    act = await find_act(db, by, act_id)
    return act, authority(by, Deed.ATTACH_SCAN, await place_of_act(db, act))
