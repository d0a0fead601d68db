"""Return a report on an order, with the reason."""

from dataclasses import dataclass
from uuid import UUID

from contracts.work import OrderTaskState
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import REPORT_RETURNED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.orders.commands.look_at_order import Deeds, lock_given, save_tasks
from services.hierarchy.orders.commands.write_letters import write_returned
from services.hierarchy.orders.domain.orders import Step, check_reason
from services.hierarchy.orders.domain.tasks import send_back
from services.hierarchy.orders.store import tasks


@dataclass(frozen=True, slots=True)
class Return:
    """Whose report on which order, and why."""

    id: UUID
    task: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The state that stands."""

    id: UUID
    task: UUID
    state: OrderTaskState


async def return_report(pool: Pool, entrance: Entrance, by: Staff, given: Return, at: Moment) -> Returned:
    """The addressee has a letter, and reports again.

    Raises NotFound, Forbidden, Invalid, Conflict if the order is over, or the report was judged meanwhile.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Returned):
            return done
        view, who = await lock_given(db, by, given.id, at.now)
        view.order.check_issued()
        reason = check_reason(given.reason)
        task = await tasks.lock_one(db, view.order, given.task)
        after = send_back(task, reason, at.now)
        deeds = Deeds(who, at.now, Step.RETURNED, REPORT_RETURNED, reason)
        await save_tasks(db, view.order, [after], deeds)
        await write_returned(db, entrance, view.order, after, who, view.campaign.time_zone, at.now)
        return await idempotency.keep(db, at, Returned(given.id, after.id, after.state))
