"""Open a campaign, or change the settings of the open one."""

from services.chassis import outbox
from services.chassis.db import Pool
from services.hierarchy.commands.importing import Summary
from services.hierarchy.domain import campaign as file
from services.hierarchy.store import campaigns, imports

WHAT = "campaigns"


async def open_campaign(pool: Pool, content: bytes) -> list[Summary]:
    """The same file again changes nothing; a changed one changes the campaign.

    Raises BadFile with everything wrong, and Conflict if another campaign is open.
    """
    wanted = file.parse(content)
    async with pool.acquire() as db, db.transaction():
        await imports.lock(db)
        known = await campaigns.all_by_id(db)
        opened = file.opened(wanted, known)
        if opened is not None:
            await campaigns.save(db, opened)
            await outbox.publish(db, opened)
    added = wanted.id not in known
    changed = opened is not None and not added
    return [Summary(WHAT, int(added), int(changed), int(opened is None), ())]
