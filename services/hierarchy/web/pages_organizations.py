"""Pages: closing an organization, with who takes over."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import Scope
from services.chassis.forms import LONGEST_FORM, Form, from_here, sent
from services.chassis.idempotency import repeat_of
from services.chassis.staff import RENEWAL
from services.hierarchy.commands.close_organization import close_organization
from services.hierarchy.domain.organizations import keeping
from services.hierarchy.store import campaigns, organizations
from services.hierarchy.web.office import AnyRequest, Office, Option, Visit
from services.hierarchy.web.people import address_of, look_at, uuid_of


class OrganizationPages(Controller):
    """The list of a founder's organizations, as it is kept."""

    path = "/cabinet/organizations"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/{id_:uuid}/closing")
    async def ask(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """Asks once, with the name, and who takes over."""
        return await _page(request, office, await office.visit(request), id_, Form())

    @post("/{id_:uuid}/closing")
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
        founder = await organizations.founder_of(db, id_)
        others = await organizations.siblings(db, id_)
    keeping(visit.who, founder or "", None)
    values = {
        "place": place,
        "successors": [Option(str(other.id), other.name) for other in others],
        "back": address_of(Scope.ORGANIZATION, str(id_)),
    }
    return await office.page(request, visit, "organization_closing.html", form, status, **values)
