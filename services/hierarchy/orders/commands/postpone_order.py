"""Postpone an order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks
from services.chassis.web.pages import moment
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import ORDER_POSTPONED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.tenants import around
from services.hierarchy.orders.commands.look_at_order import Deeds, lock_given, save_order
from services.hierarchy.orders.commands.write_letters import write_postponed
from services.hierarchy.orders.domain.deadlines import Deadline, Frame, check_deadline
from services.hierarchy.orders.domain.orders import Step, check_reason
from services.hierarchy.regulation.commands.look_at_regulation import look_at_regulation


@dataclass(frozen=True, slots=True)
class Postponement:
    """Until when, and why."""

    id: UUID
    deadline: Deadline
    reason: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """When it is due now, and in words why not when it was typed."""

    id: UUID
    due_at: datetime
    moved: str


async def postpone_order(
    pool: Pool, entrance: Entrance, by: Staff, given: Postponement, at: Moment
) -> Postponed:
    """For all addressees: who has something to do has a letter. What was reported stays in time or late as it
    was.

    Raises NotFound, Forbidden, Invalid with everything wrong, Conflict if it is over.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Postponed):
            return done
        view, who = await lock_given(db, by, given.id, at.now)
        view.order.check_issued()
        looked = await look_at_regulation(db, view.order.municipality, at.now)
        await tenancy.see(db, *around(by))
        checks, frame = Checks(), Frame(looked.schedule, view.campaign, at.now)
        due = checks.take(lambda: check_deadline(given.deadline, frame))
        reason = checks.take(lambda: check_reason(given.reason))
        checks.settle()
        after = view.order.postpone(due.at)
        zone = view.campaign.time_zone
        words = f"до {moment(after.due_at, zone)}: {reason}"
        await save_order(db, after, Deeds(who, at.now, Step.POSTPONED, ORDER_POSTPONED, words))
        await write_postponed(db, entrance, after, reason, who, zone, at.now)
        return await idempotency.keep(db, at, Postponed(given.id, after.due_at, due.moved))
