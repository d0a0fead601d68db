"""Open a campaign, or change the settings of the open one."""

from datetime import datetime

from contracts.event import REGION
from services.chassis.days import today
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.streams import outbox
from services.hierarchy.core.domain.audit import CAMPAIGN_SET
from services.hierarchy.core.reading import Reader
from services.hierarchy.core.store import audit, campaigns, locks
from services.hierarchy.territory.commands.apply_changes import Summary
from services.hierarchy.territory.domain import campaign as file

WHAT = "campaigns"


async def open_campaign(pool: Pool, content: bytes, now: datetime) -> list[Summary]:
    """The same file again changes nothing; a changed one changes the campaign, a closed one is opened again.

    Raises BadFile with everything wrong, and Conflict if another campaign is open or something would go that
    is in use.
    """
    wanted = file.parse(await Reader().document(content))
    async with pool.acquire() as db, db.transaction():
        await locks.structure(db)
        known = await campaigns.all_by_id(db)
        if before := known.get(wanted.id):
            file.check_kept(before, wanted, today(before.time_zone, now))
        opened = file.opened(wanted, known)
        if opened is not None:
            await tenancy.see(db, REGION)
            await campaigns.save(db, opened)
            await outbox.publish(db, opened)
            await audit.note(db, REGION, None, now, CAMPAIGN_SET, f"campaign:{opened.id}")
    added = wanted.id not in known
    changed = opened is not None and not added
    return [Summary(WHAT, int(added), int(changed), int(opened is None), ())]
