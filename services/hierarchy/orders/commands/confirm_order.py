"""Confirm an order that was prepared for the Head."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Conflict
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import ORDER_WITHDRAWN
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.orders.commands.issue_order import Issued, act_of, look_at_giving
from services.hierarchy.orders.commands.look_at_order import Deeds, lock_given, look_at_given, save_order
from services.hierarchy.orders.commands.put_in_force import put_in_force
from services.hierarchy.orders.domain.addressees import check_addressees
from services.hierarchy.orders.domain.deadlines import Deadline, Due, Frame, check_deadline
from services.hierarchy.orders.domain.orders import Order, Step
from services.hierarchy.orders.store import orders


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The order, the Head's act, and another deadline if what was prepared has passed."""

    id: UUID
    number: str = ""
    day: str = ""
    deadline: Deadline | None = None


async def confirm_order(pool: Pool, entrance: Entrance, by: Staff, given: Confirmation, at: Moment) -> Issued:
    """It is in force, with all that was prepared beside it for other weeks, and goes to whoever is meant now.
    Weeks that are over are withdrawn: nobody is late with what they never had.

    Raises NotFound, Forbidden, Conflict if it was decided on or its deadline has passed, Invalid with
    everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if issued := await idempotency.earlier(db, at, Issued):
            return issued
        view, _ = await look_at_given(db, by, given.id, at.now)
        view.order.check_prepared()
        # Before the order, as whoever gives one: two who confirm one series would wait for each other.
        giving = await look_at_giving(db, by, view.order.municipality, at.now, lock=True)
        view, who = await lock_given(db, by, given.id, at.now)
        view.order.check_prepared()
        checks, campaign, known = Checks(), giving.campaign, view.order.act
        addressed = checks.take(lambda: check_addressees(view.order.addressed, giving.reach))
        number, day = given.number or known.number, given.day or (known.day.isoformat() if known.day else "")
        act = checks.take(lambda: act_of(number, day, who.on_behalf_of, campaign, at.now))
        due = checks.take(lambda: _due(view.order, given.deadline, giving.frame))
        checks.settle()
        series = await orders.lock_series(db, view.order)
        series = [replace(each, due_at=due.at) if each.id == given.id else each for each in series]
        over = [each for each in series if each.due_at <= at.now]
        for each in over:
            await save_order(db, each.close(at.now), Deeds(who, at.now, Step.WITHDRAWN, ORDER_WITHDRAWN))
        ahead, to = [each for each in series if each.due_at > at.now], addressed.holders
        done = await put_in_force(db, entrance, ahead, to, who, act, campaign, at.now)
        first, ids = done[0], [order.id for order in done]
        issued = Issued(first.id, ids, first.number, first.state, len(to), first.due_at, due.moved, len(over))
        return await idempotency.keep(db, at, issued)


def _due(order: Order, again: Deadline | None, frame: Frame) -> Due:
    """As it was prepared, or as it is given now. Raises Invalid, Conflict for one that has passed."""
    if again:
        return check_deadline(again, frame)
    if order.due_at <= frame.now:
        raise Conflict("deadline-over", field="deadline")
    return Due(order.due_at)
