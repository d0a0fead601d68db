"""Attach a file to an order, or to one's own report on it."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Refused
from services.chassis.process.files import Files
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.scans import Content
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.audit import ORDER_FILE_ATTACHED
from services.hierarchy.core.store import audit
from services.hierarchy.orders.commands.look_at_order import lock_own, look_at_order, one_of
from services.hierarchy.orders.domain.files import MOST
from services.hierarchy.orders.domain.orders import Order, State, check_answering
from services.hierarchy.orders.store import files, orders


@dataclass(frozen=True, slots=True)
class NewFile:
    """The file of an order; of a report on it, if `reports`; `task`: in which capacity, as in a report."""

    id: UUID
    content: Content
    reports: bool = False
    task: UUID | None = None


@dataclass(frozen=True, slots=True)
class FileKept:
    """The file that has the content."""

    id: UUID


async def attach_file(pool: Pool, storage: Files, by: Staff, given: NewFile, at: Moment) -> FileKept:
    """Each content is kept once.

    Raises NotFound, Forbidden, Conflict if the order is over or has enough, Unavailable if the file cannot be
    kept.
    """
    async with pool.acquire() as db, db.transaction():
        order, _, _ = await _acting(db, by, given, at)
    id_ = uuid_utils.compat.uuid7()
    key = files.key_of(order.municipality, order.id, id_)
    # Before the commit: what is noted is there, and a file that is not noted does no harm.
    await storage.write(key, given.content.body)
    try:
        kept = await _note(pool, by, given, id_, at)
    except Refused:
        await storage.discard(key)
        raise
    if kept.id != id_:
        await storage.discard(key)
    return kept


async def _note(pool: Pool, by: Staff, given: NewFile, id_: UUID, at: Moment) -> FileKept:
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, FileKept):
            return done
        order, task, who = await _acting(db, by, given, at)
        if sum(each.task == task for each in await files.of_order(db, order)) >= MOST:
            raise Conflict("order-files", field="scan", most=MOST)
        kept = await files.add(db, order, task, id_, given.content, who.account, at.now)
        if kept == id_:
            await audit.note(db, order.municipality, who, at.now, ORDER_FILE_ATTACHED, f"order-file:{id_}")
        return await idempotency.keep(db, at, FileKept(kept))


async def _acting(db: Db, by: Staff, given: NewFile, at: Moment) -> tuple[Order, UUID | None, Acting]:
    """The order, whose report it is for, and who attaches it."""
    if given.reports:
        view, own = await lock_own(db, by, given.id, at.now)
        return view.order, one_of(own, given.task).id, Acting(by.account)
    view = await look_at_order(db, by, given.id, orders.lock)
    prepared = view.order.state is State.PREPARED and may(by, Deed.PREPARE_ORDERS, view.place)
    who = authority(by, Deed.PREPARE_ORDERS if prepared else Deed.GIVE_ORDERS, view.place)
    check_answering(view.campaign, at.now)
    view.order.check_open()
    return view.order, None, who
