"""Lock a working group that somebody briefs for; part of several commands."""

from datetime import datetime
from uuid import UUID

from contracts.appointments import Scope
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.briefings.domain import check_standing
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.groups.commands.lock_group import lock_group
from services.hierarchy.groups.domain.groups import WorkingGroup


async def lock_briefed(
    db: Db, by: Staff, id_: UUID, now: datetime
) -> tuple[WorkingGroup, CampaignDefined, Acting]:
    """The group under its municipality's lock, the campaign in whose days it briefs, and who does."""
    campaign = await campaigns.forming(db, now)
    group = await lock_group(db, by, id_)
    who = authority(by, Deed.BRIEF, await places.find_one(db, Scope.GROUP, str(id_)))
    check_standing(group)
    return group, campaign, who
