"""Open a campaign, or change the open one, on the screen."""

from dataclasses import dataclass

from services.chassis.days import today
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import CAMPAIGN_SET
from services.hierarchy.territory.commands.add_calendars import add_built_in
from services.hierarchy.territory.commands.lock_campaigns import lock_campaigns, save_campaign
from services.hierarchy.territory.domain.calendar import check_years
from services.hierarchy.territory.domain.campaign import (
    Campaign,
    check_kept,
    check_pace,
    check_seen,
    opened,
)
from services.hierarchy.territory.store import calendars

RESERVED = "new"
"""No campaign is called so: it is the address where one is opened."""


@dataclass(frozen=True, slots=True)
class NewSettings:
    """A campaign as it shall be; `seen`: the version that is changed, 0 for a new one."""

    campaign: Campaign
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Set:
    """The id of the campaign that is set."""

    campaign: str


async def set_campaign(pool: Pool, by: Staff, given: NewSettings, at: Moment) -> Set:
    """The same settings again change nothing.

    Raises NotFound for anybody but an administrator, Conflict if another campaign is open, if a new one has
    the id of an earlier one, if another administrator has changed it meanwhile, or if something would go that
    is in use, Invalid for a year without a calendar.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Set):
            return done
        who, known = await lock_campaigns(db, by)
        wanted, before = given.campaign, known.get(given.campaign.id)
        if not given.seen and (before is not None or wanted.id == RESERVED):
            raise Conflict("campaign-exists", field="id")
        if before is not None:
            check_seen(before, given.seen)
            check_kept(before, wanted, today(before.time_zone, at.now))
        check_pace(wanted, known)
        await add_built_in(db, at.now)
        check_years(await calendars.all_by_year(db), wanted)
        if campaign := opened(wanted, known):
            await save_campaign(db, campaign, who, CAMPAIGN_SET, at.now)
        return await idempotency.keep(db, at, Set(wanted.id))
