"""Pages: the acts of a municipality or of the region, and one act with its annex."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from contracts.event import REGION
from services.chassis import tenancy
from services.chassis.db import Db
from services.chassis.downloads import as_attachment
from services.chassis.errors import NotFound
from services.chassis.forms import Form, from_here
from services.chassis.staff import RENEWAL, Staff
from services.hierarchy.domain.acts import Entered
from services.hierarchy.domain.appointments import TITLES
from services.hierarchy.store import acts, campaigns
from services.hierarchy.tenants import may_see, tenants_of
from services.hierarchy.web.office import AnyRequest, Office, Visit
from services.hierarchy.web.people import address_of, look_at, uuid_of

AT_ONCE = 100


class ActPages(Controller):
    """Acts, as they were entered."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get("/municipalities/{code:str}/acts")
    async def of_municipality(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """The acts of a municipality, the newest first."""
        return await _list(request, office, Scope.MUNICIPALITY, code)

    @get("/region/acts")
    async def of_region(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """What the administrators have entered, the newest first."""
        return await _list(request, office, Scope.REGION, REGION)

    @get("/acts/{id_:uuid}")
    async def read(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """One act: who entered it, whom it appointed, which groups it formed."""
        return await _page(request, office, await office.visit(request), id_, Form())

    @get("/acts/{id_:uuid}/act.pdf")
    async def print_(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[bytes]:
        """The act with its annex, to be printed and signed."""
        visit = await office.visit(request)
        async with office.pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            act = await _look(db, visit.who, id_)
            annex, formed = await acts.appointed(db, act), await acts.formed(db, act)
        body = await office.press.printed(act, annex, formed, campaign.time_zone if campaign else "UTC")
        headers = as_attachment(f"{_named(act)}.pdf")
        return Response(body, media_type="application/pdf", headers=headers)


def address_of_acts(tenant: str) -> str:
    """Where the list of a municipality's acts, or of the region's, is."""
    return f"{address_of(Scope.REGION if tenant == REGION else Scope.MUNICIPALITY, tenant)}/acts"


def _named(act: Entered) -> str:
    return f"Распоряжение № {act.number}"


async def _list(request: AnyRequest, office: Office, scope: Scope, of: str) -> Response[str]:
    visit, query = await office.visit(request), request.query_params
    typed, after = query.get("q", "").strip()[:200], uuid_of(query.get("after", ""))
    async with office.pool.acquire() as db, db.transaction():
        place = await look_at(db, visit.who, scope, of, await campaigns.now_open(db))
        found = await acts.listed(db, place.tenant, typed, after, AT_ONCE + 1)
    address = address_of_acts(place.tenant)
    last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else None
    return await office.page(
        request,
        visit,
        "acts.html",
        place=place,
        address=address,
        back=address_of(scope, of),
        rows=found[:AT_ONCE],
        q=typed,
        more=f"{address}?{urlencode({'q': typed, 'after': last})}" if last else "",
    )


async def _page(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db, db.transaction():
        act = await _look(db, visit.who, id_)
        annex = await acts.appointed(db, act)
        formed = await acts.formed(db, act)
    return await office.page(
        request,
        visit,
        "act.html",
        form,
        status,
        act=act,
        back=address_of_acts(act.municipality),
        annex=annex,
        formed=formed,
        titles=TITLES,
    )


async def _look(db: Db, staff: Staff, id_: UUID) -> Entered:
    """An act that is theirs to see; the transaction sees its tenant's rows. Raises NotFound."""
    await tenancy.see(db, *tenants_of(staff))
    act = await acts.get(db, id_)
    if not may_see(staff, act.municipality):
        raise NotFound("act-unknown")
    return act
