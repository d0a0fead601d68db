"""Put orders in force: number them, hand them to their addressees, write to them; part of several
commands."""

from collections.abc import Sequence
from datetime import datetime

import uuid_utils.compat

from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.streams import outbox
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import ORDER_ISSUED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.store import audit
from services.hierarchy.orders.commands.write_letters import write_issued
from services.hierarchy.orders.domain.orders import Act, Order, Step
from services.hierarchy.orders.domain.tasks import Holder, Task
from services.hierarchy.orders.store import orders, tasks


async def put_in_force(
    db: Db,
    entrance: Entrance,
    prepared: Sequence[Order],
    holders: Sequence[Holder],
    who: Acting,
    act: Act,
    campaign: CampaignDefined,
    now: datetime,
) -> list[Order]:
    """The orders as they are issued, one behind the other; whoever has several of them gets one letter. Under
    the lock of the municipality, so that no number is given twice."""
    year = region_day(campaign, now).year
    last = await orders.last_number(db, prepared[0].municipality, year)
    issued = [
        order.issue((year, number), (who.account, who.on_behalf_of), act, now)
        for number, order in enumerate(prepared, last + 1)
    ]
    for order in issued:
        new = [Task(order.municipality, uuid_utils.compat.uuid7(), order.id, each, now) for each in holders]
        await orders.save(db, order)
        await tasks.add(db, new)
        await orders.note(db, order, None, who, now, Step.ISSUED)
        await outbox.publish(db, order.defined(len(new)), *(task.defined(order) for task in new))
    await write_issued(db, entrance, issued, holders, campaign.time_zone, now)
    await audit.note(db, issued[0].municipality, who, now, ORDER_ISSUED, *(each.subject for each in issued))
    return issued
