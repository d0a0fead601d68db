"""Open a campaign, or change the settings of the open one."""

from datetime import datetime

from contracts.event import REGION
from services.chassis.days import today
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.hierarchy.core.domain.audit import CAMPAIGN_SET
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import campaigns, locks
from services.hierarchy.territory.commands.apply_changes import Summary
from services.hierarchy.territory.commands.lock_campaigns import save_campaign
from services.hierarchy.territory.domain.campaign import check_kept, opened, parse

WHAT = "campaigns"


async def open_campaign(pool: Pool, content: bytes, now: datetime) -> list[Summary]:
    """The same file again changes nothing; a changed one changes the campaign, a closed one is opened again.

    Raises BadFile with everything wrong, and Conflict if another campaign is open or something would go that
    is in use.
    """
    wanted = parse(await FileReader().document(content))
    async with pool.acquire() as db, db.transaction():
        await locks.structure(db)
        known = await campaigns.all_by_id(db)
        if before := known.get(wanted.id):
            check_kept(before, wanted, today(before.time_zone, now))
        campaign = opened(wanted, known)
        if campaign is not None:
            await tenancy.see(db, REGION)
            await save_campaign(db, campaign, None, CAMPAIGN_SET, now)
    added = wanted.id not in known
    changed = campaign is not None and not added
    return [Summary(WHAT, int(added), int(changed), int(campaign is None), ())]
