"""Hand orders of people who are appointed no more to those who have their work now."""

from datetime import datetime
from uuid import UUID

from services.chassis.db.pool import Db, Pool
from services.hierarchy.core.domain.audit import ORDER_HANDED_OVER
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import campaigns
from services.hierarchy.orders.commands.look_at_order import Deeds, save_tasks
from services.hierarchy.orders.commands.write_letters import write_issued
from services.hierarchy.orders.domain.addressees import successor
from services.hierarchy.orders.domain.orders import State, Step
from services.hierarchy.orders.domain.tasks import hand_over
from services.hierarchy.orders.store import orders, people, tasks


async def hand_over_deserted(entrance: Entrance, pool: Pool, now: datetime) -> int:
    """How many tasks have other people now. Needs a pool that sees every municipality."""
    async with pool.acquire() as db:
        found = await tasks.deserted(db)
    handed = 0
    for id_ in found:
        async with pool.acquire() as db, db.transaction():
            handed += await _hand_over(db, entrance, id_, now)
    return handed


async def _hand_over(db: Db, entrance: Entrance, id_: UUID, now: datetime) -> int:
    # Under the lock: it may be closed at this moment.
    order = await orders.lock(db, id_)
    if order.state is not State.ISSUED:
        return 0
    zone = (await campaigns.all_by_id(db))[order.campaign].time_zone
    everybody, handed = await people.in_line(db, order.municipality, order.campaign), 0
    for task in await tasks.lock(db, order, await tasks.deserted_of(db, order)):
        to = successor(task.holder, everybody)
        if to is None:
            # Until somebody is appointed it waits for them.
            continue
        words = f"{task.holder.name} → {to.name}"
        deeds = Deeds(None, now, Step.HANDED_OVER, ORDER_HANDED_OVER, words)
        await save_tasks(db, order, [hand_over(task, to, now)], deeds)
        await write_issued(db, entrance, [order], [to], zone, now, task.holder.name)
        handed += 1
    return handed
