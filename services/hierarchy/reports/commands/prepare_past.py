"""Prepare the summaries of a demonstration's past weeks, which no worker has seen."""

from datetime import datetime
from zoneinfo import ZoneInfo

from contracts.appointments import Level
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.hierarchy.core.store import campaigns
from services.hierarchy.reports.commands.open_reports import open_reports
from services.hierarchy.reports.domain.cadence import DEFAULTS, opens_at, periods


async def prepare_past(pool: Pool, now: datetime) -> int:
    """How many were prepared: of the groups that stand and the people who are appointed now, as of the end of
    each period so far. Needs a pool that sees every municipality.

    Raises Conflict outside a demonstration: nobody owes what nobody has asked for.
    """
    async with pool.acquire() as db:
        campaign = await campaigns.now_open(db)
    if campaign is None or not campaign.demonstration:
        raise Conflict("summaries-of-the-past")
    zone, prepared = ZoneInfo(campaign.time_zone), 0
    for period in periods(campaign, lambda _: DEFAULTS[Level.COORDINATOR].weekday):
        if (over := opens_at(period, zone)) <= now:
            prepared += await open_reports(pool, over)
    return prepared
