"""Lock the region's campaigns, of which the administrator changes one; part of several commands."""

from datetime import datetime

from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, administrator
from services.hierarchy.core.store import audit, campaigns, locks
from services.hierarchy.core.tenants import EVERYBODY


async def lock_campaigns(db: Db, by: Staff) -> tuple[Acting, dict[str, CampaignDefined]]:
    """The administrator, and every campaign by id. Raises NotFound for anybody else."""
    who = administrator(by)
    await tenancy.see(db, EVERYBODY)
    await locks.structure(db)
    return who, await campaigns.all_by_id(db)


async def save_campaign(
    db: Db, campaign: CampaignDefined, who: Acting | None, action: str, at: datetime
) -> None:
    """Store, announce and note a campaign's new state; by nobody: by a command line."""
    await campaigns.save(db, campaign)
    await outbox.publish(db, campaign)
    await audit.note(db, REGION, who, at, action, f"campaign:{campaign.id}")
