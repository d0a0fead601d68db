"""Accept reports on an order."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from contracts.work import OrderTaskState
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict, NotFound
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import ORDER_CLOSED, REPORT_ACCEPTED
from services.hierarchy.orders.commands.look_at_order import Deeds, lock_given, save_order, save_tasks
from services.hierarchy.orders.domain.orders import State, Step
from services.hierarchy.orders.domain.tasks import accept
from services.hierarchy.orders.store import tasks


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many reports were accepted, and what the order is then: closed with the last of them."""

    id: UUID
    accepted: int
    state: State


async def accept_reports(pool: Pool, by: Staff, id_: UUID, chosen: Collection[UUID], at: Moment) -> Accepted:
    """Those of some addressees, or all that wait if none is chosen.

    Raises NotFound, Forbidden, Conflict if the order is over, and if one was judged meanwhile or none waits.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Accepted):
            return done
        view, who = await lock_given(db, by, id_, at.now)
        order = view.order
        order.check_issued()
        waiting = await tasks.of_order(db, order, view.seen, [OrderTaskState.REPORTED])
        locked = await tasks.lock(db, order, set(chosen) or {task.id for task in waiting})
        if len(locked) < len(set(chosen)):
            raise NotFound("task-unknown")
        if not locked:
            raise Conflict("nothing-reported")
        accepted = [accept(task, at.now) for task in locked]
        await save_tasks(db, order, accepted, Deeds(who, at.now, Step.ACCEPTED, REPORT_ACCEPTED))
        states = await tasks.counted(db, order, view.seen)
        if states[OrderTaskState.ACCEPTED] == sum(states.values()):
            order = order.close(at.now)
            await save_order(db, order, Deeds(who, at.now, Step.CLOSED, ORDER_CLOSED))
        return await idempotency.keep(db, at, Accepted(id_, len(accepted), order.state))
