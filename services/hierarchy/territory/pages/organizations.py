"""Pages: a founder's organizations, to be seen and taken along, and closing one."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import Scope
from services.chassis.db.idempotency import repeat_of
from services.chassis.text import one_line
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.chassis.web.tables import Cell, download, ending_of, files
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, authority, may
from services.hierarchy.core.office import AnyRequest, Office, Option, Visit, imported, uuid_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.territory.commands.close_organization import close_organization
from services.hierarchy.territory.store import organizations
from services.hierarchy.territory.store.organizations import Asked, Kept

AT_ONCE, MOST = 100, 100_000

COLUMNS = (
    "Номер",
    "Название",
    "Вид",
    "Где находится",
    "Работников",
    "Рабочая группа",
    "Координатор",
    "Состояние",
)


class OrganizationPages(Controller):
    """The list of a founder's organizations, as it is kept."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/municipalities/{code:str}/organizations")
    async def listed(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Response[bytes]:
        """All of them by the alphabet; `format=csv` or `xlsx`: as a file."""
        visit, query = await office.visit(request), request.query_params
        ending = ending_of(query)
        asked = Asked(
            one_line(query.get("q", ""))[:200], query.get("closed") == "1", uuid_of(query.get("after", ""))
        )
        async with office.pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            place = await look_at(db, visit.who, Scope.MUNICIPALITY, code, campaign)
            limit = MOST if ending else AT_ONCE + 1
            found = await organizations.kept(db, code, campaign.id if campaign else "", asked, limit)
        if ending:
            return await download(f"Организации – {place.name}", ending, COLUMNS, map(_cells, found))
        address = f"{address_of(Scope.MUNICIPALITY, code)}/organizations"
        chosen: dict[str, str | int] = {"q": asked.typed, "closed": int(asked.closed)}
        last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else None
        return await office.page(
            request,
            visit,
            "territory/organizations.html",
            place=place,
            address=address,
            back=address_of(Scope.MUNICIPALITY, code),
            rows=found[:AT_ONCE],
            q=asked.typed,
            closed=asked.closed,
            kept=may(visit.who, Deed.KEEP_ORGANIZATIONS, place),
            done=imported(request),
            more=f"{address}?{urlencode(chosen | {'after': last})}" if last else "",
            files=files(address, **chosen),
        )

    @get("/organizations/{id_:uuid}/closing")
    async def ask(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """Asks once, with the name, and who takes over."""
        return await _page(request, office, await office.visit(request), id_, Form())

    @post("/organizations/{id_:uuid}/closing")
    async def close(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """The organization is closed, and back to its page."""
        visit, form = await office.visit(request), await sent(request)
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            heir, now = uuid_of(form.of("successor")), office.clock.now()
            await close_organization(office.pool, visit.who, id_, heir, now, repeat)
        except Exception as error:
            return await _page(request, office, visit, id_, form, office.refuse(form, error))
        return office.go(f"{address_of(Scope.ORGANIZATION, str(id_))}?done=closed", *visit.cookies)


async def _page(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        place = await look_at(db, visit.who, Scope.ORGANIZATION, str(id_), campaign)
        others = await organizations.siblings(db, id_)
    authority(visit.who, Deed.KEEP_ORGANIZATIONS, place)
    values = {
        "place": place,
        "successors": [Option(str(other.id), other.name) for other in others],
        "back": address_of(Scope.ORGANIZATION, str(id_)),
    }
    return await office.page(request, visit, "territory/organization_closing.html", form, status, **values)


def _cells(each: Kept) -> tuple[Cell, ...]:
    state = "закрыта" if each.closed else "действует"
    who = each.coordinator or ("ведёт сама группа" if each.self_served else "")
    return (
        *(each.external_id, each.name, each.kind, each.place),
        *(each.headcount, each.working_group, who, state),
    )
