"""Pages: who holds which role in the region, a municipality or an organization; appointing and ending."""

from collections.abc import Sequence
from uuid import UUID

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.idempotency import repeat_of
from services.chassis.db.pool import Db
from services.chassis.errors import Forbidden
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.end_appointment import end_appointment
from services.hierarchy.appointments.domain.appointments import appointable
from services.hierarchy.appointments.pages.people import appoint_from, shown
from services.hierarchy.appointments.store import appointments
from services.hierarchy.briefings.store import briefings
from services.hierarchy.briefings.store.briefings import Due
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.office import AnyRequest, Office, Option, Visit, uuid_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import find_one, look_at
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.commands.change_group import give_organization
from services.hierarchy.groups.domain.groups import WorkingGroup, may_form
from services.hierarchy.groups.pages.serving import sides_of
from services.hierarchy.groups.store import coverage, groups
from services.hierarchy.territory.store import smos


class PeoplePages(Controller):
    """The people of a municipality, of an organization, and of the region."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/municipalities/{code:str}")
    async def municipality(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """Who holds which role in a municipality, its working groups, and what is missing."""
        return await _place(request, office, await office.visit(request), Scope.MUNICIPALITY, code, Form())

    @get("/organizations/{id_:uuid}")
    async def organization(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """The coordinator of an organization and those who stand in."""
        visit = await office.visit(request)
        return await _place(request, office, visit, Scope.ORGANIZATION, str(id_), Form())

    @get("/region")
    async def region(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """The administrators and the operators of the SMOs."""
        return await _place(request, office, await office.visit(request), Scope.REGION, REGION, Form())

    @post("/municipalities/{code:str}/appointments")
    async def appoint_here(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Appoint somebody in a municipality, and back to the list."""
        return await _appoint(request, office, Scope.MUNICIPALITY, code)

    @post("/organizations/{id_:uuid}/appointments")
    async def appoint_below(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Appoint a coordinator, or somebody who stands in, and back to the list."""
        return await _appoint(request, office, Scope.ORGANIZATION, str(id_))

    @post("/region/appointments")
    async def appoint_above(
        self, request: AnyRequest, office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Appoint an administrator or an operator of an SMO, and back to the list."""
        return await _appoint(request, office, Scope.REGION, REGION)

    @post("/organizations/{id_:uuid}/group")
    async def give(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """The organization is in the hands of another working group."""
        visit, form = await office.visit(request), await sent(request)
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            to = uuid_of(form.of("group"))
            await give_organization(office.pool, visit.who, id_, to, office.clock.now(), repeat)
        except Exception as error:
            status = office.refuse(form, error)
            return await _place(request, office, visit, Scope.ORGANIZATION, str(id_), form, status)
        return office.go(f"{address_of(Scope.ORGANIZATION, str(id_))}?done=given", *visit.cookies)

    @get("/appointments/{id_:uuid}/end")
    async def ask_end(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """Asks once, with the name."""
        return await _end(request, office, await office.visit(request), id_, Form())

    @post("/appointments/{id_:uuid}/end")
    async def end(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """The appointment is over."""
        visit, form = await office.visit(request), await sent(request)
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            answer = await end_appointment(office.pool, visit.who, id_, office.clock.now(), repeat)
        except Exception as error:
            status = office.refuse(form, error)
            return await _end(request, office, visit, id_, form, status)
        ended = orjson.loads(answer.body)
        return office.go(f"{address_of(Scope(ended['scope']), ended['of'])}?done=ended", *visit.cookies)


async def _appoint(request: AnyRequest, office: Office, scope: Scope, of: str) -> Response[str] | Redirect:
    visit, form = await office.visit(request), await sent(request)
    try:
        return await appoint_from(request, office, visit, form, scope, of)
    except Exception as error:
        status = office.refuse(form, error)
        return await _place(request, office, visit, scope, of, form, status)


async def _place(
    request: AnyRequest, office: Office, visit: Visit, scope: Scope, of: str, form: Form, status: int = 200
) -> Response[str]:
    """The people of a place. Raises NotFound for a foreign one."""
    staff = visit.who
    async with office.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        place = await look_at(db, staff, scope, of, campaign)
        values = await shown(db, request, staff, place, scope)
        values |= await _around(db, staff, place, scope, campaign)
    if len(values["roles"]) == 1:
        form.values.setdefault("role", values["roles"][0].code)
    form.values.setdefault("group", values.get("group", ""))
    return await office.page(request, visit, "cabinet/place.html", form, status, **values)


async def _around(
    db: Db, staff: Staff, place: Place, scope: Scope, campaign: CampaignDefined | None
) -> dict[str, object]:
    """What else belongs on the page of a place of this kind."""
    if scope is Scope.REGION:
        councils = (await smos.all_by_id(db)).values()
        return {"councils": [Option(smo.id, smo.name) for smo in councils], "above": "/cabinet"}
    if campaign is None:
        return {"above": "/cabinet"}
    if scope is Scope.ORGANIZATION:
        standing = await groups.present(db, place.line, campaign.id)
        acts_for = await find_one(db, Scope.MUNICIPALITY, place.line)
        return {
            **_above(staff, acts_for, place, standing),
            "kept": may(staff, Deed.KEEP_ORGANIZATIONS, place),
            "movable": may_form(staff, acts_for),
            "groups": [Option(str(group.id), group.name) for group in standing],
            "group": str(place.group or ""),
            "due": await _due(db, staff) if place.of in staff.reach(Scope.ORGANIZATION) else [],
        }
    transforms = staff.holds(Role.ADMINISTRATOR) and not place.transformed
    elsewhere = {(grant.scope, grant.of) for grant in staff.grants} - {(scope, place.of)}
    (covered,) = await coverage.count(db, campaign, [place.of])
    people = await appointments.present(db, [place.of])
    return {
        "above": "/cabinet" if elsewhere else "",
        "coverage": covered,
        "standing": await groups.present(db, place.of, campaign.id),
        "sides": await sides_of(db, staff, place),
        "leaders": {a.of: a.name for a in people if SCOPE_OF[a.role] is Scope.GROUP and a.role == "leader"},
        "directions": {direction.code: direction.name for direction in campaign.directions},
        "forms": may_form(staff, place) and place.served_by is None,
        "transforms": transforms,
        **({"roles": []} if place.transformed else {}),
    }


async def _due(db: Db, staff: Staff) -> list[Due]:
    """What they have not been briefed on yet."""
    return [due for due in await briefings.of_account(db, staff.account) if not due.done]


def _above(staff: Staff, acts_for: Place, place: Place, standing: Sequence[WorkingGroup]) -> dict[str, str]:
    """The page above an organization's that they may see: its working group's, or its municipality's."""
    group = next((group for group in standing if group.id == place.group), None)
    seen = may(staff, Deed.SEE_PEOPLE, acts_for)
    if group is not None and (str(group.id) in staff.reach(Scope.GROUP) or seen):
        return {"above": address_of(Scope.GROUP, str(group.id)), "above_name": group.name}
    return {
        "above": address_of(Scope.MUNICIPALITY, place.tenant) if may(staff, Deed.SEE_PEOPLE, place) else ""
    }


async def _end(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    staff = visit.who
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *tenants_of(staff))
        appointment = await appointments.get(db, id_)
        scope = SCOPE_OF[appointment.role]
        place = await find_one(db, scope, appointment.of, await campaigns.now_open(db))
        people = await appointments.people(db, appointment.municipality, appointment.of)
    if appointment.role not in appointable(staff, place, scope) or not may(staff, Deed.SEE, place):
        raise Forbidden("not-yours-to-appoint", role=TITLES[appointment.role])
    holder = next(holder for holder in people if holder.id == id_)
    values = {"holder": holder, "title": TITLES[holder.role], "back": address_of(scope, appointment.of)}
    return await office.page(request, visit, "appointments/end.html", form, status, **values)
