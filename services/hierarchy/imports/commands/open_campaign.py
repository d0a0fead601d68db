"""Open a campaign, or change the settings of the open one."""

from datetime import datetime

from contracts.event import REGION
from services.chassis.days import today
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.hierarchy.core.domain.audit import CAMPAIGN_SET
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import campaigns, locks
from services.hierarchy.territory.commands.add_calendars import add_built_in
from services.hierarchy.territory.commands.apply_changes import Summary
from services.hierarchy.territory.commands.lock_campaigns import save_campaign
from services.hierarchy.territory.domain.calendar import check_years
from services.hierarchy.territory.domain.campaign import check_kept, check_pace, opened, parse
from services.hierarchy.territory.store import calendars

WHAT = "campaigns"


async def open_campaign(pool: Pool, content: bytes, now: datetime) -> list[Summary]:
    """The same file again changes nothing; a changed one changes the campaign, a closed one is opened again.

    Raises BadFile with everything wrong, Conflict if another campaign is open or something would go that is
    in use, Invalid for a year without a calendar.
    """
    wanted = parse(await FileReader().document(content))
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        await locks.structure(db)
        known = await campaigns.all_by_id(db)
        if before := known.get(wanted.id):
            check_kept(before, wanted, today(before.time_zone, now))
        check_pace(wanted, known)
        await add_built_in(db, now)
        check_years(await calendars.all_by_year(db), wanted)
        campaign = opened(wanted, known)
        if campaign is not None:
            await save_campaign(db, campaign, None, CAMPAIGN_SET, now)
    added = wanted.id not in known
    changed = campaign is not None and not added
    return [Summary(WHAT, int(added), int(changed), int(campaign is None), ())]
