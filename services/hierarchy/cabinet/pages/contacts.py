"""Pages: the contacts of participants: coordinator, working group, responsible person."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency

from contracts.appointments import Scope
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.chassis.text import one_line
from services.chassis.web.forms import Option, uuid_of
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.roles import PUBLISHED, TITLES
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.territory.store import municipalities, organizations

AT_ONCE = 100


@get("/contacts", include_in_schema=False)
async def contacts(visit: NamedDependency[Visit[Staff]]) -> Response[str]:
    """For an organization or a municipality: a page, or for htmx the list alone, to stand in another page.

    Named is who was appointed by a public act to be contacted, and nobody else. Whose contacts are meant is
    asked where the address does not say it. Raises NotFound.
    """
    if not {"organization", "municipality"} & visit.query.keys():
        return await _choice(visit)
    organization = uuid_of(visit.query.get("organization", ""))
    async with visit.pool.acquire() as db, db.transaction():
        place = await _place(db, organization, visit.query.get("municipality", ""))
        people = await appointments.contacts(db, place, PUBLISHED)
        reception = await municipalities.reception(db, place.tenant, place.line)
    values: dict[str, Any] = {"place": place, "people": people, "titles": TITLES, "reception": reception}
    if visit.request.headers.get("hx-request"):
        part = visit.kit.pages.render(visit.request, "cabinet/contacts_list.html", **values)
        for cookie in visit.recognised.cookies:
            part.set_cookie(cookie)
        return part
    return await visit.page("cabinet/contacts.html", **values)


async def _choice(visit: Visit[Staff]) -> Response[str]:
    typed, after = one_line(visit.query.get("q", ""))[:200], visit.query.get("after")
    async with visit.pool.acquire() as db:
        found = await municipalities.page(db, None, typed, after, AT_ONCE + 1)
        districts = await municipalities.some(db, {each.parent for each in found if each.parent})
    last = found[AT_ONCE - 1].code if len(found) > AT_ONCE else ""
    return await visit.page(
        "cabinet/contacts_choice.html",
        q=typed,
        found=[
            Option(each.code, each.name, districts[each.parent].name if each.parent else "")
            for each in found[:AT_ONCE]
            if each.successor is None
        ],
        more=f"/contacts?{urlencode({'q': typed, 'after': last})}" if last else "",
    )


async def _place(db: Db, organization: UUID | None, municipality: str) -> Place:
    campaign = await campaigns.now_open(db)
    founder = await organizations.founder_of(db, organization) if organization else municipality
    if founder is None:
        raise NotFound("organization-unknown")
    await tenancy.see(db, founder)
    whole = await places.find_one(db, Scope.MUNICIPALITY, founder, campaign)
    await tenancy.see(db, founder, whole.line)
    if organization is None:
        return whole
    return await places.find_one(db, Scope.ORGANIZATION, str(organization), campaign)
