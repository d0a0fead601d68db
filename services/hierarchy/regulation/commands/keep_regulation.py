"""Keep the regulation in step with the campaign: the region's default, and the time zone of every version."""

from collections.abc import Sequence
from datetime import datetime

from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.chassis.streams import outbox
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import REGULATION_SET
from services.hierarchy.core.store import audit, campaigns, locks
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.regulation.domain.versions import Version, by_default, last, rezoned
from services.hierarchy.regulation.store import regulations

EVERY = 3.0
"""Seconds until a region that has opened its first campaign has its regulation, too."""


async def keep_regulation(pool: Pool, clock: Clock) -> None:
    """Add what is missing, until cancelled."""
    await now_and_again(lambda: keep_now(pool, clock.now()), EVERY, "regulation_waits")


async def keep_now(pool: Pool, now: datetime) -> int:
    """How many versions were added; two workers at once add none twice."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, EVERYBODY)
        campaign = await campaigns.current(db)
        if campaign is None or not (known := _missing(await regulations.all_of_all(db), campaign, now)):
            return 0
        await locks.structure(db)
        await locks.tenants(db, *(each.municipality for each in known))
        missing = _missing(await regulations.all_of_all(db), campaign, now)
        for version in missing:
            await save(db, version, None)
    return len(missing)


async def add_default(db: Db, campaign: CampaignDefined, now: datetime) -> None:
    """The region's first version, in the caller's transaction, which sees the region's rows."""
    if await regulations.of_places(db, REGION):
        return
    await locks.structure(db)
    if not await regulations.of_places(db, REGION):
        await save(db, by_default(campaign, now), None)


async def save(db: Db, version: Version, who: Acting | None) -> None:
    """Store, announce and note a version; by nobody: by the program itself."""
    await regulations.add(db, version)
    await outbox.publish(db, version.event())
    await audit.note(db, version.municipality, who, version.set_at, REGULATION_SET, version.subject)


def _missing(known: Sequence[Version], campaign: CampaignDefined, now: datetime) -> list[Version]:
    first = [] if last(known, REGION) else [by_default(campaign, now)]
    return [*first, *rezoned(known, campaign, now)]
