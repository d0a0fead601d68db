"""Pages: one working group with what it supervises."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.text import one_line
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.pages.people import appoint_from, shown
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.office import AnyRequest, Office, Visit, uuid_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.groups.domain.groups import may_change
from services.hierarchy.groups.store import groups
from services.hierarchy.groups.store.groups import Asked

AT_ONCE = 100


class GroupPages(Controller):
    """Working groups."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/groups/{id_:uuid}")
    async def group(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """Who leads it, what it covers, and which organizations have no coordinator."""
        return await _group(request, office, await office.visit(request), id_, Form())

    @post("/groups/{id_:uuid}/appointments")
    async def appoint(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Appoint a leader or a member, and back to the group."""
        visit, form = await office.visit(request), await sent(request)
        try:
            return await appoint_from(request, office, visit, form, Scope.GROUP, str(id_))
        except Exception as error:
            return await _group(request, office, visit, id_, form, office.refuse(form, error))


async def _group(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    staff, query = visit.who, request.query_params
    typed, missing = one_line(query.get("q", ""))[:200], query.get("missing") == "1"
    async with office.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        place = await look_at(db, staff, Scope.GROUP, str(id_), campaign)
        group = await groups.get(db, id_)
        asked = Asked(typed, missing, uuid_of(query.get("after", "")))
        found = await groups.hands(db, group, asked, AT_ONCE + 1)
        unbriefed = sum(not each.done for each in await briefings.of_group(db, group))
        values = await shown(db, request, staff, place, Scope.GROUP)
    leaders = [holder.account for holder in values["present"] if holder.role == Role.LEADER]
    appoints = may(staff, Deed.APPOINT_COORDINATOR, place)
    values["unanswered"] |= appoints and any(row.coordinator and not row.has_come for row in found)
    if len(values["roles"]) == 1:
        form.values.setdefault("role", values["roles"][0].code)
    address = values["address"]
    last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else None
    more = urlencode({"q": typed, "missing": int(missing), "after": last})
    return await office.page(
        request,
        visit,
        "groups/group.html",
        form,
        status,
        **values,
        group=group,
        directions=_names(campaign, group.directions),
        rows=found[:AT_ONCE],
        q=typed,
        missing=missing,
        unbriefed=unbriefed,
        more=f"{address}?{more}" if last else "",
        above=address_of(Scope.MUNICIPALITY, place.tenant) if may(staff, Deed.SEE_PEOPLE, place) else "",
        forms=may_change(staff, place, leaders),
        appoints=appoints,
    )


def _names(campaign: CampaignDefined | None, codes: frozenset[str]) -> list[str]:
    known: Mapping[str, str] = {d.code: d.name for d in campaign.directions} if campaign else {}
    return [name for code, name in known.items() if code in codes]
