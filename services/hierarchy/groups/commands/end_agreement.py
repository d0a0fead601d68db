"""End an agreement by which a municipality acts for another; part of several commands."""

from datetime import datetime

from services.chassis.db.pool import Db
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import GROUP_CHANGED, SERVING_ENDED
from services.hierarchy.core.store import audit, campaigns, rights
from services.hierarchy.groups.commands.lock_group import save_group
from services.hierarchy.groups.domain.serving import Serving
from services.hierarchy.groups.store import groups, serving
from services.hierarchy.territory.store import organizations


async def end_agreement(db: Db, stands: Serving, who: Acting, now: datetime) -> None:
    """The groups of the municipality that served give up the organizations that they had by the agreement.
    The transaction has both sides' locks."""
    ended = stands.end(now)
    await serving.save_end(db, ended)
    await rights.announce(db, ended.event())
    await audit.note(db, ended.municipality, who, now, SERVING_ENDED, ended.subject)
    campaign = await campaigns.now_open(db)
    founded = {each.id for each in (await organizations.all_by_identity(db, ended.municipality)).values()}
    for group in await groups.present(db, ended.served_by, campaign.id) if campaign else ():
        changed = group.change(group.name, group.directions, group.organizations - founded)
        if changed != group:
            await save_group(db, changed, who, GROUP_CHANGED, now)
