"""Close the open campaign."""

from dataclasses import dataclass

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import CAMPAIGN_CLOSED
from services.hierarchy.territory.commands.lock_campaigns import lock_campaigns, save_campaign
from services.hierarchy.territory.domain.campaign import closed


@dataclass(frozen=True, slots=True)
class Closed:
    """The id of the campaign that is closed."""

    campaign: str


async def close_campaign(pool: Pool, by: Staff, id_: str, at: Moment) -> Closed:
    """Its figures stay to be seen.

    Raises NotFound for anybody but an administrator and for an unknown one, Conflict if it is closed.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Closed):
            return done
        who, known = await lock_campaigns(db, by)
        if id_ not in known:
            raise NotFound("campaign-unknown")
        await save_campaign(db, closed(known[id_]), who, CAMPAIGN_CLOSED, at.now)
        return await idempotency.keep(db, at, Closed(id_))
