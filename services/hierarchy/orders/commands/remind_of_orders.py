"""Remind of orders that are due, and hand over what nobody has in hand any more."""

from datetime import datetime, timedelta

from contracts.structure import CampaignDefined
from services.chassis.days import today
from services.chassis.db import tenancy
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.directory.regulation import WORKING_DAY
from services.directory.working_time import UnknownYear, add, is_open
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.reminding import NOT_TWICE_IN
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.orders.commands.hand_over import hand_over_deserted
from services.hierarchy.orders.commands.write_letters import write_reminders
from services.hierarchy.orders.store import tasks
from services.hierarchy.regulation.commands.look_at_regulation import look_at_regulation

EVERY = 60.0
"""Seconds between looks."""

FAR = timedelta(days=31)
"""No working day is farther away, whatever the calendar of a municipality says."""


async def remind_of_orders(entrance: Entrance, pool: Pool, clock: Clock) -> None:
    """Hand over and remind, until cancelled. Needs a pool that sees every municipality."""

    async def look() -> None:
        await hand_over_deserted(entrance, pool, clock.now())
        await remind_of_due(entrance, pool, clock.now())

    await now_and_again(look, EVERY, "reminders_wait")


async def remind_of_due(entrance: Entrance, pool: Pool, now: datetime) -> int:
    """How many were written to: of what is due within a working day or overdue, each once a day, while people
    work."""
    async with pool.acquire() as db:
        campaign = await campaigns.now_open(db)
        if campaign is None or today(campaign.time_zone, now) > campaign.close_until:
            return 0
        found = await tasks.to_be_reminded_in(db, campaign.id, now + FAR, now - NOT_TWICE_IN)
    written = 0
    for code in found:
        async with pool.acquire() as db, db.transaction():
            written += await _remind(db, entrance, code, campaign, now)
    return written


async def _remind(db: Db, entrance: Entrance, code: str, campaign: CampaignDefined, now: datetime) -> int:
    schedule = (await look_at_regulation(db, code, now)).schedule
    await tenancy.see(db, EVERYBODY)
    try:
        if not is_open(schedule, now):
            return 0
        due_by = add(schedule, now, WORKING_DAY)
    except UnknownYear:
        # Without a calendar people are reminded all the same.
        due_by = now + timedelta(days=1)
    due = await tasks.to_be_reminded(db, code, campaign.id, due_by, now - NOT_TWICE_IN)
    await tasks.reminded(db, code, [each.id for each in due], now)
    return await write_reminders(db, entrance, due, campaign.time_zone, now)
