"""Campaigns (марафоны)."""

from datetime import datetime

from contracts.structure import CampaignDefined
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.core.domain.forming import check_forming

sql = queries.load(__package__, "campaigns.sql")


async def all_by_id(db: Db) -> dict[str, CampaignDefined]:
    """The present state of every campaign."""
    rows = await db.fetch(sql.all_campaigns)
    campaigns = [CampaignDefined.model_validate_json(row["campaign"]) for row in rows]
    return {campaign.id: campaign for campaign in campaigns}


async def now_open(db: Db) -> CampaignDefined | None:
    """The open campaign; at most one is."""
    campaign = await db.fetchval(sql.open_campaign)
    return CampaignDefined.model_validate_json(campaign) if campaign else None


async def current(db: Db) -> CampaignDefined | None:
    """The open campaign; between campaigns the last one, which is read on. None before the first."""
    campaign = await db.fetchval(sql.current_campaign)
    return CampaignDefined.model_validate_json(campaign) if campaign else None


async def forming(db: Db, now: datetime) -> CampaignDefined:
    """The open campaign, in whose days groups are formed and people appointed. Raises NotFound, Conflict."""
    return check_forming(await now_open(db), now)


async def save(db: Db, campaign: CampaignDefined) -> None:
    """Store a campaign's state, new or changed."""
    await db.execute(sql.save, campaign.model_dump_json())
