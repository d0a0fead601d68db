"""Open a campaign or change the open one from the screen, and close it."""

from datetime import datetime

import orjson

from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.days import today
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.domain.audit import CAMPAIGN_CLOSED, CAMPAIGN_SET
from services.hierarchy.core.domain.places import THE_REGION
from services.hierarchy.core.store import audit, campaigns, locks
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.territory.domain import campaign as campaigns_domain
from services.hierarchy.territory.domain.campaign import Campaign

RESERVED = "new"
"""No campaign is called so: it is the address where one is opened."""


async def set_campaign(
    pool: Pool, by: Staff, wanted: Campaign, seen: int, now: datetime, repeat: Repeat | None
) -> Answer:
    """200 with its id. `seen`: the version that is changed, 0 for a new one. The same settings again change
    nothing.

    Raises NotFound for anybody but an administrator, Conflict if another campaign is open, if a new one has
    the id of an earlier one, if somebody else has changed it meanwhile, or if something would go that is in
    use.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        who, known = await _known(db, by)
        before = known.get(wanted.id)
        if not seen and (before is not None or wanted.id == RESERVED):
            raise Conflict("campaign-exists", field="id")
        if before is not None:
            _check_present(before, seen)
            campaigns_domain.check_kept(before, wanted, today(before.time_zone, now))
        if opened := campaigns_domain.opened(wanted, known):
            await _save(db, who, opened, CAMPAIGN_SET, now)
        answer = Answer(200, orjson.dumps({"campaign": wanted.id}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def close_campaign(pool: Pool, by: Staff, id_: str, now: datetime, repeat: Repeat | None) -> Answer:
    """200 with its id; its figures stay to be seen.

    Raises NotFound for anybody but an administrator and for an unknown one, Conflict if it is closed.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        who, known = await _known(db, by)
        if id_ not in known:
            raise NotFound("campaign-unknown")
        await _save(db, who, campaigns_domain.closed(known[id_]), CAMPAIGN_CLOSED, now)
        answer = Answer(200, orjson.dumps({"campaign": id_}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


def _check_present(before: CampaignDefined, seen: int) -> None:
    if not before.open:
        raise Conflict("campaign-closed", name=before.name)
    if before.version != seen:
        raise Conflict("campaign-changed")


async def _known(db: Db, by: Staff) -> tuple[Acting, dict[str, CampaignDefined]]:
    who = authority(by, Deed.SET_REGION, THE_REGION)
    await tenancy.see(db, EVERYBODY)
    await locks.structure(db)
    return who, await campaigns.all_by_id(db)


async def _save(db: Db, who: Acting, campaign: CampaignDefined, action: str, now: datetime) -> None:
    await campaigns.save(db, campaign)
    await outbox.publish(db, campaign)
    await audit.note(db, REGION, who, now, action, f"campaign:{campaign.id}")
