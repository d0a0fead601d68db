"""Open a campaign, or change the settings of the open one."""

from datetime import datetime

from contracts.event import REGION
from services.chassis import outbox, tenancy
from services.chassis.days import today
from services.chassis.db import Pool
from services.hierarchy.commands.importing import Summary
from services.hierarchy.domain import campaign as file
from services.hierarchy.domain.audit import CAMPAIGN_SET, Line
from services.hierarchy.store import audit, campaigns, imports

WHAT = "campaigns"


async def open_campaign(pool: Pool, content: bytes, now: datetime) -> list[Summary]:
    """The same file again changes nothing; a changed one changes the campaign, a closed one is opened again.

    Raises BadFile with everything wrong, and Conflict if another campaign is open or something would go that
    is in use.
    """
    wanted = file.parse(content)
    async with pool.acquire() as db, db.transaction():
        await imports.lock(db)
        known = await campaigns.all_by_id(db)
        if before := known.get(wanted.id):
            file.check_kept(before, wanted, today(before.time_zone, now))
        opened = file.opened(wanted, known)
        if opened is not None:
            await tenancy.see(db, REGION)
            await campaigns.save(db, opened)
            await outbox.publish(db, opened)
            await audit.add(db, [Line(REGION, now, None, None, CAMPAIGN_SET, f"campaign:{opened.id}")])
    added = wanted.id not in known
    changed = opened is not None and not added
    return [Summary(WHAT, int(added), int(changed), int(opened is None), ())]
