"""Attach the signed scan of an act. An earlier one stays."""

from datetime import datetime
from uuid import UUID

import orjson
import uuid_utils.compat

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Answer, Repeat
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


async def attach_scan(
    pool: Pool, files: Files, by: Staff, id_: UUID, content: Content, now: datetime, repeat: Repeat | None
) -> Answer:
    """201 with the scan's id; 200 with the earlier one's for a content that the act has already.

    Raises NotFound for a foreign act, Forbidden, Unavailable if the file cannot be kept.
    """
    async with pool.acquire() as db, db.transaction():
        act, _ = await _acting(db, by, id_)
    scan = uuid_utils.compat.uuid7()
    key = key_of(act.municipality, act.id, scan)
    # Before the commit: what is noted is there, and a file that is not noted does no harm.
    await files.write(key, content.body)
    try:
        answer = await _note(pool, by, id_, scan, content, now, repeat)
    except Refused:
        await files.discard(key)
        raise
    if orjson.loads(answer.body)["id"] != str(scan):
        await files.discard(key)
    return answer


async def _note(
    pool: Pool, by: Staff, id_: UUID, scan: UUID, content: Content, now: datetime, repeat: Repeat | None
) -> Answer:
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        act, who = await _acting(db, by, id_)
        kept = await scans.add(db, act, scan, content, who.account, now)
        if kept == scan:
            await audit.note(db, act.municipality, who, now, SCAN_ATTACHED, f"act-scan:{scan}")
        answer = Answer(201 if kept == scan else 200, orjson.dumps({"id": str(kept)}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _acting(db: Db, by: Staff, id_: UUID) -> tuple[Entered, Acting]:
    act = await find_act(db, by, id_)
    return act, authority(by, Deed.ATTACH_SCAN, await place_of_act(db, act))
