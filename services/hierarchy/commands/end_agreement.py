"""End an agreement by which a municipality acts for another; part of several commands."""

from datetime import datetime

from services.chassis import outbox
from services.chassis.db import Db
from services.hierarchy.commands.tell_rights import tell_serving
from services.hierarchy.domain.appointments import Acting
from services.hierarchy.domain.audit import GROUP_CHANGED, SERVING_ENDED, Line
from services.hierarchy.domain.serving import Serving
from services.hierarchy.store import audit, campaigns, groups, organizations, serving


async def end_agreement(db: Db, stands: Serving, who: Acting, now: datetime) -> None:
    """It is over from now on; the groups of whoever served give up the organizations that they had by it.
    The transaction has both sides' locks."""
    ended, by = stands.end(now), (who.account, who.on_behalf_of)
    await serving.save_end(db, ended)
    await tell_serving(db, ended)
    lines = [Line(ended.municipality, now, *by, SERVING_ENDED, f"serving:{ended.id}")]
    campaign = await campaigns.now_open(db)
    founded = {each.id for each in (await organizations.all_by_identity(db, ended.municipality)).values()}
    for group in await groups.present(db, ended.served_by, campaign.id) if campaign else ():
        changed = group.change(group.name, group.directions, group.organizations - founded)
        if changed != group:
            await groups.save(db, changed)
            await outbox.publish(db, changed.defined())
            lines.append(Line(group.municipality, now, *by, GROUP_CHANGED, f"working-group:{group.id}"))
    await audit.add(db, lines)
