"""Pages: the contacts of participants: coordinator, working group, responsible person."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency

from services.chassis.text import one_line
from services.chassis.web.forms import Option, uuid_of
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.hierarchy.cabinet.showing import contacts_of
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.territory.store import municipalities

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
        found = await contacts_of(db, organization, visit.query.get("municipality", ""), visit.now)
    values: dict[str, Any] = {"place": found.place, "contacts": found, "titles": TITLES}
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
