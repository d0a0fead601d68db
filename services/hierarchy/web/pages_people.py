"""Pages: who holds which role in a municipality or in the region, appointing and ending."""

from uuid import UUID

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from services.chassis import tenancy
from services.chassis.db import Db
from services.chassis.errors import Forbidden, Invalid, NotFound
from services.chassis.forms import LONGEST_FORM, Form, from_here, sent
from services.chassis.idempotency import repeat_of
from services.chassis.staff import RENEWAL
from services.hierarchy.commands.appoint import Draft, Wish, appoint
from services.hierarchy.commands.end_appointment import end_appointment
from services.hierarchy.domain.appointments import CHAIRS, REMINDS, TITLES, appointable
from services.hierarchy.store import appointments, municipalities, smos
from services.hierarchy.tenants import may_see, tenants_of
from services.hierarchy.web.office import AnyRequest, Office, Option, Visit, count_of
from services.hierarchy.web.pages_cabinet import overseen


class PeoplePages(Controller):
    """The people of a municipality, and of the region."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/municipalities/{code:str}")
    async def municipality(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """Who holds which role in a municipality, and who may be appointed."""
        return await _place(request, office, await office.visit(request), code, Form())

    @get("/region")
    async def region(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """The administrators and the operators of the SMOs."""
        return await _place(request, office, await office.visit(request), REGION, Form())

    @post("/municipalities/{code:str}/appointments")
    async def appoint_here(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Appoint somebody in a municipality, and back to the list."""
        return await _appoint(request, office, code)

    @post("/region/appointments")
    async def appoint_above(
        self, request: AnyRequest, office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Appoint an administrator or an operator of an SMO, and back to the list."""
        return await _appoint(request, office, REGION)

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
        where = _address(orjson.loads(answer.body)["municipality"])
        return office.go(f"{where}?done=ended", *visit.cookies)


async def _appoint(request: AnyRequest, office: Office, code: str) -> Response[str] | Redirect:
    visit, form = await office.visit(request), await sent(request)
    try:
        draft = Draft(form.of("number"), form.of("day"), [_wish(form, code)])
        repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
        now = office.clock.now()
        answer = await appoint(office.pool, office.public_url, visit.who, draft, now, repeat)
    except Exception as error:
        status = office.refuse(form, error)
        return await _place(request, office, visit, code, form, status)
    done = "appointed" if orjson.loads(answer.body)["appointed"] else "unchanged"
    return office.go(f"{_address(code)}?done={done}", *visit.cookies)


async def _place(
    request: AnyRequest, office: Office, visit: Visit, code: str, form: Form, status: int = 200
) -> Response[str]:
    """The people of a municipality or of the region. Raises NotFound for a foreign one."""
    staff, roles = visit.who, appointable(visit.who, code)
    if not may_see(staff, code):
        raise NotFound("municipality-unknown")
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, code)
        name = await _name(db, code)
        people = await appointments.people(db, code)
        councils = await smos.all_by_id(db) if code == REGION else {}
    reminded = {role for grant in staff.grants for role in REMINDS.get(grant.role, ())}
    if len(roles) == 1:
        form.values.setdefault("role", roles[0].value)
    return await office.page(
        request,
        visit,
        "place.html",
        form,
        status,
        name=name,
        address=_address(code),
        above=overseen(staff) is not None or len(staff.reach(Scope.MUNICIPALITY)) > 1,
        present=[holder for holder in people if holder.until_at is None],
        past=[holder for holder in people if holder.until_at is not None],
        titles=TITLES,
        roles=[Option(role.value, TITLES[role]) for role in roles],
        given={role.value for role in roles},
        replaceable=not CHAIRS.isdisjoint(roles),
        councils=[Option(smo.id, smo.name) for smo in councils.values()],
        done=request.query_params.get("done", ""),
        reminded=count_of(request, "reminded"),
        unanswered=any(not h.has_come and h.until_at is None and h.role in reminded for h in people),
    )


async def _end(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *tenants_of(visit.who))
        appointment = await appointments.get(db, id_)
        people = await appointments.people(db, appointment.municipality)
    holder = next(holder for holder in people if holder.id == id_)
    if holder.role not in appointable(visit.who, appointment.municipality):
        raise Forbidden("not-yours-to-appoint", role=TITLES[holder.role])
    values = {"holder": holder, "title": TITLES[holder.role], "back": _address(appointment.municipality)}
    return await office.page(request, visit, "end_appointment.html", form, status, **values)


async def _name(db: Db, code: str) -> str:
    if code == REGION:
        return ""
    known = await municipalities.all_by_code(db)
    if code not in known:
        raise NotFound("municipality-unknown")
    return known[code].name


def _wish(form: Form, code: str) -> Wish:
    try:
        role = Role(form.of("role"))
    except ValueError as error:
        raise Invalid("role-unknown") from error
    of = form.of("of") if SCOPE_OF[role] is Scope.SMO else code
    return Wish(role, of, form.of("name"), form.of("email"), replaces=form.of("replaces") == "1")


def _address(code: str) -> str:
    return "/cabinet/region" if code == REGION else f"/cabinet/municipalities/{code}"
