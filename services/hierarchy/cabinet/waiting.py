"""The registry of «Сегодня»: each room contributes its lines, and the page knows none of them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.appointments import waiting as appointments
from services.hierarchy.briefings import waiting as briefings
from services.hierarchy.checkpoints import waiting as checkpoints
from services.hierarchy.core.addresses import FOLDERS
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.waiting import Line, Looked
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups import waiting as groups
from services.hierarchy.meetings import waiting as meetings
from services.hierarchy.messages import waiting as messages
from services.hierarchy.orders import waiting as orders
from services.hierarchy.questions import waiting as questions
from services.hierarchy.reports import waiting as reports
from services.hierarchy.targets import waiting as targets
from services.hierarchy.territory import waiting as territory

CONTRIBUTORS: Sequence[Callable[[Db, Looked], Awaitable[list[Line]]]] = (
    briefings.lines,
    groups.lines,
    appointments.lines,
    territory.lines,
    targets.lines,
    checkpoints.lines,
    meetings.lines,
    orders.lines,
    questions.lines,
    messages.lines,
    reports.lines,
)
LAST = datetime.max.replace(tzinfo=UTC)


async def look(db: Db, staff: Staff, now: datetime) -> Looked:
    """Who looks, over which places of the open campaign."""
    campaign = await campaigns.now_open(db)
    return Looked(staff, campaign, now, await _own_places(db, staff, campaign))


async def waiting(db: Db, looked: Looked) -> list[Line]:
    """Everything that waits for them: what is their own first, and of that what is due first."""
    found = [line for contribute in CONTRIBUTORS for line in await contribute(db, looked)]
    return sorted(found, key=lambda line: (not line.own, line.due or LAST))


async def _own_places(db: Db, staff: Staff, campaign: CampaignDefined | None) -> list[Place]:
    """The places where they act, the widest first."""
    await tenancy.see(db, *tenants_of(staff))
    acts = {(g.scope, g.of) for g in staff.grants if g.scope in FOLDERS}
    found = await places.find(db, acts, campaign)
    return [
        found[act] for act in sorted(acts & found.keys(), key=lambda act: (list(FOLDERS).index(act[0]), act))
    ]
