"""Lock a working group that somebody briefs for; part of several commands."""

from datetime import datetime
from uuid import UUID

from contracts.appointments import Scope
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.briefings.domain import check_standing
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.store import campaigns, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.groups.store import groups


async def lock_group(
    db: Db, by: Staff, id_: UUID, now: datetime
) -> tuple[WorkingGroup, CampaignDefined, Acting]:
    """The group under its municipality's lock, the campaign in whose days it briefs, and who does."""
    campaign = await campaigns.forming(db, now)
    await tenancy.see(db, *tenants_of(by))
    # The lock first, then a second look: what is decided on must not change meanwhile.
    await locks.tenants(db, (await groups.get(db, id_)).municipality)
    group = await groups.get(db, id_)
    who = authority(by, Deed.BRIEF, await places.find_one(db, Scope.GROUP, str(id_)))
    check_standing(group)
    return group, campaign, who
