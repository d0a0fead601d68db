"""Pages: a municipality as its SMO sees it: whom to call, and counts of everybody else."""

from collections import Counter

from litestar import Response

from contracts.appointments import Role, Scope
from services.chassis.db import tenancy
from services.chassis.web.forms import Option
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.hierarchy.appointments.store import appointments
from services.hierarchy.cabinet.trail import TODAY
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.tenants import CALLED
from services.hierarchy.groups.store import coverage
from services.hierarchy.territory.store import municipalities

COUNTED = (
    *(Role.CLERK, Role.DEPUTY, Role.LEADER, Role.MEMBER),
    *(Role.COORDINATOR, Role.STAND_IN, Role.HOTLINE_OPERATOR),
)


async def is_overseen(visit: Visit[Staff], code: str) -> bool:
    """Whether the viewer sees a municipality as its SMO alone, and does not act there."""
    smos = visit.who.reach(Scope.SMO)
    if not smos or visit.who.holds(Role.ADMINISTRATOR) or visit.who.oversees(code):
        return False
    async with visit.pool.acquire() as db:
        return code in await municipalities.of_smos(db, smos)


async def overseen_municipality(visit: Visit[Staff], code: str) -> Response[str]:
    """Head and responsible person with their telephones, counts of the others, what is missing."""
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, code)
        campaign = await campaigns.now_open(db)
        place = await places.find_one(db, Scope.MUNICIPALITY, code, campaign)
        (known,) = (await municipalities.some(db, [code])).values()
        parents = await municipalities.some(db, [known.parent] if known.parent else [])
        people = await appointments.people(db, code)
        # As the worker stated it, which sees also whom the municipality serves.
        stated = await coverage.stated(db, campaign.id) if campaign else {}
        reception = await municipalities.reception(db, code)
    present = [holder for holder in people if holder.until_at is None]
    counted = Counter(holder.role for holder in present)
    return await visit.page(
        "cabinet/overseen.html",
        place=place,
        above=[TODAY, *(Option("", parent.name) for parent in parents.values())],
        called=[(TITLES[role], [h for h in present if h.role is role]) for role in CALLED],
        counts=[(TITLES[role], counted[role]) for role in COUNTED],
        coverage=stated.get(code),
        reception=reception,
    )
