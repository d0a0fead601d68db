"""Close an order, or withdraw one that was only prepared."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.audit import ORDER_CLOSED, ORDER_WITHDRAWN
from services.hierarchy.orders.commands.look_at_order import Deeds, View, look_at_order, save_order
from services.hierarchy.orders.domain.orders import State, Step, check_answering
from services.hierarchy.orders.store import orders


@dataclass(frozen=True, slots=True)
class Closed:
    """The state that stands."""

    id: UUID
    state: State


async def close_order(pool: Pool, by: Staff, id_: UUID, at: Moment) -> Closed:
    """Whoever has not reported need not any more. What a responsible person has prepared, that one withdraws
    too.

    Raises NotFound, Forbidden, Conflict if it is over.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Closed):
            return done
        view, who = await _locked(db, by, id_)
        check_answering(view.campaign, at.now)
        after = view.order.close(at.now)
        withdrawn = after.state is State.WITHDRAWN
        step = (Step.WITHDRAWN, ORDER_WITHDRAWN) if withdrawn else (Step.CLOSED, ORDER_CLOSED)
        await save_order(db, after, Deeds(who, at.now, *step))
        return await idempotency.keep(db, at, Closed(id_, after.state))


async def _locked(db: Db, by: Staff, id_: UUID) -> tuple[View, Acting]:
    view = await look_at_order(db, by, id_, orders.lock)
    prepared = view.order.state is State.PREPARED
    own = prepared and may(by, Deed.PREPARE_ORDERS, view.place)
    return view, authority(by, Deed.PREPARE_ORDERS if own else Deed.GIVE_ORDERS, view.place)
