"""Acknowledge an order: its addressee has read it."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import ORDER_ACKNOWLEDGED
from services.hierarchy.orders.commands.look_at_order import Deeds, lock_own, save_tasks
from services.hierarchy.orders.domain.orders import Step
from services.hierarchy.orders.domain.tasks import acknowledge


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The order, and how many capacities they had not acknowledged it in before."""

    id: UUID
    acknowledged: int


async def acknowledge_order(pool: Pool, by: Staff, id_: UUID, at: Moment) -> Acknowledged:
    """In every capacity in which they have it; once is enough.

    Raises NotFound, Forbidden, Conflict if it is over.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Acknowledged):
            return done
        view, own = await lock_own(db, by, id_, at.now)
        read = [(task, acknowledge(task, at.now)) for task in own]
        changed = [after for before, after in read if after != before]
        deeds = Deeds(Acting(by.account), at.now, Step.ACKNOWLEDGED, ORDER_ACKNOWLEDGED)
        await save_tasks(db, view.order, changed, deeds)
        return await idempotency.keep(db, at, Acknowledged(id_, len(changed)))
