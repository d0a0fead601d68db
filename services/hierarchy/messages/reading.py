"""To whom somebody writes now."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import around
from services.hierarchy.messages.domain import neighbours
from services.hierarchy.orders.domain.tasks import Holder
from services.hierarchy.orders.store import people


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody beside one in a municipality's line."""

    municipality: str
    holder: Holder


async def contacts(db: Db, by: Staff) -> dict[UUID, Contact]:
    """Account → who stands directly above or below; the transaction sees their rows from then on. Nobody
    between campaigns."""
    await tenancy.see(db, *around(by))
    campaign = await campaigns.now_open(db)
    if campaign is None:
        return {}
    lines = {code for grant in by.grants for code in (grant.municipality, grant.served_by) if code}
    found: dict[UUID, Contact] = {}
    for code in sorted(lines):
        beside = neighbours(await people.in_line(db, code, campaign.id), by.account)
        found = {account: Contact(code, holder) for account, holder in beside.items()} | found
    return found
