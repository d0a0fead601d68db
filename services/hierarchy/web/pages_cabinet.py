"""Pages: the cabinet (кабинет): what waits, who is missing, and appointing people."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from services.chassis import tenancy
from services.chassis.db import Db
from services.chassis.errors import Forbidden, Invalid, NotFound
from services.chassis.forms import Form, from_here, sent
from services.chassis.idempotency import repeat_of
from services.chassis.staff import Staff
from services.hierarchy.commands.appoint import Wish, appoint
from services.hierarchy.commands.end_appointment import end_appointment
from services.hierarchy.domain import annex
from services.hierarchy.domain.annex import AnnexRefused
from services.hierarchy.domain.appointments import APPOINTS, CHAIRS, TITLES
from services.hierarchy.domain.audit import verify
from services.hierarchy.store import appointments, audit, municipalities, smos
from services.hierarchy.store.appointments import Holder
from services.hierarchy.tenants import may_see, tenants_of
from services.hierarchy.web.office import SIGN_IN, AnyRequest, Office, Visit

AT_ONCE = 100
LONGEST_ANNEX = 1_000_000


@dataclass(frozen=True, slots=True)
class Option:
    """One of several in a list."""

    code: str
    name: str


class CabinetPages(Controller):
    """The cabinet of everybody of the staff."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = SIGN_IN
    request_max_body_size = LONGEST_ANNEX

    @get()
    async def today(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str] | Redirect:
        """What is missing, by municipality; or straight to the only municipality that is one's own."""
        visit = await office.visit(request)
        own, whole = sorted(visit.who.reach(Scope.MUNICIPALITY)), overseen(visit.who)
        if whole is None and len(own) == 1:
            return office.go(f"/cabinet/municipalities/{own[0]}", *visit.cookies)
        if whole is None:
            return await _own_places(request, office, visit, own)
        query = request.query_params
        typed, missing = query.get("q", "").strip()[:200], query.get("missing") == "1"
        after = query.get("after")
        async with office.pool.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            gaps = await appointments.gaps(db, whole.smos)
            found = await appointments.overview(db, whole.smos, typed, missing, after, AT_ONCE + 1)
        return await office.page(
            request,
            visit,
            "cabinet.html",
            gaps=gaps,
            rows=found[:AT_ONCE],
            names=whole.names,
            q=typed,
            missing=missing,
            more=_more(typed, missing, found[AT_ONCE - 1].code) if len(found) > AT_ONCE else "",
        )

    @get("/municipalities/{code:str}")
    async def municipality(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """Who holds which role in a municipality, and who may be appointed."""
        visit = await office.visit(request)
        return await _place(request, office, visit, code, Form())

    @get("/region")
    async def region(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """The administrators and the operators of the SMOs."""
        visit = await office.visit(request)
        return await _place(request, office, visit, REGION, Form())

    @post(["/municipalities/{code:str}/appointments", "/{code:str}/appointments"])
    async def appoint_one(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Appoint somebody by an act, and back to the list."""
        visit, form = await office.visit(request), await sent(request)
        try:
            wish = _wish(form, code)
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            act, now = (form.of("number"), form.of("day")), office.clock.now()
            await appoint(office.pool, office.public_url, visit.who, act, [wish], now, repeat)
        except Exception as error:
            status = office.refuse(form, error)
            return await _place(request, office, visit, code, form, status)
        return office.go(f"{_address(code)}?done=appointed", *visit.cookies)

    @get("/appointments/{id_:uuid}/end")
    async def ask_end(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """Asks once, with the name."""
        visit = await office.visit(request)
        return await _end(request, office, visit, id_, Form())

    @post("/appointments/{id_:uuid}/end")
    async def end(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """The appointment is over."""
        visit, form = await office.visit(request), await sent(request)
        try:
            ended = await end_appointment(office.pool, visit.who, id_, office.clock.now())
        except Exception as error:
            status = office.refuse(form, error)
            return await _end(request, office, visit, id_, form, status)
        return office.go(f"{_address(ended.municipality)}?done=ended", *visit.cookies)

    @get("/audit")
    async def audit(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """Who did what, for the administrator; with `verify=1` the chain is recomputed first."""
        visit, query = await office.visit(request), request.query_params
        if not visit.who.holds(Role.ADMINISTRATOR):
            raise NotFound("not-found")
        given = query.get("before", "")
        before = int(given) if given.isdecimal() and len(given) < 18 else None
        async with office.pool.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            deeds = await audit.latest(db, before, AT_ONCE + 1)
            verified = verify(await audit.links(db)) if query.get("verify") == "1" else None
        more = f"/cabinet/audit?before={deeds[AT_ONCE - 1].id}" if len(deeds) > AT_ONCE else ""
        return await office.page(
            request,
            visit,
            "audit.html",
            deeds=deeds[:AT_ONCE],
            titles=TITLES,
            more=more,
            verified=verified,
            head=verified.head.hex()[:32] if verified else "",
        )

    @get("/annex")
    async def ask_annex(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """One act that appoints many, its annex pasted."""
        visit = await office.visit(request)
        given = request.query_params.get("done", "")
        done = int(given) if given.isdecimal() and len(given) < 6 else 0
        return await office.page(request, visit, "annex.html", roles=_roles_of(visit.who), done=done)

    @post("/annex")
    async def appoint_many(
        self, request: AnyRequest, office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Everybody of the annex is appointed, or nobody and every bad row is named."""
        visit, form = await office.visit(request), await sent(request)
        bad: list[tuple[int, str]] = []
        try:
            rows, own = annex.parse(form.of("annex")), sorted(visit.who.reach(Scope.MUNICIPALITY))
            here = own[0] if len(own) == 1 else ""
            wishes = [Wish(row.role, row.of or _usual(row.role, here), row.name, row.email) for row in rows]
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            act, now = (form.of("number"), form.of("day")), office.clock.now()
            await appoint(office.pool, office.public_url, visit.who, act, wishes, now, repeat)
        except Exception as error:
            status = office.refuse(form, error)
            if isinstance(error, AnnexRefused):
                bad = [(nth, office.sentences(r.slug, r.facts)) for nth, r in sorted(error.rows.items())]
            roles = _roles_of(visit.who)
            return await office.page(request, visit, "annex.html", form, status, roles=roles, bad=bad)
        return office.go("/cabinet/annex?done=" + str(len(wishes)), *visit.cookies)


@dataclass(frozen=True, slots=True)
class Overseen:
    """Which municipalities somebody sees without belonging to them: all (`smos` None), or those of SMOs; and
    whether with the names of people, or as gaps alone (rule 3)."""

    smos: list[str] | None
    names: bool


def overseen(staff: Staff) -> Overseen | None:
    """What somebody oversees, if anything."""
    if staff.holds(Role.ADMINISTRATOR):
        return Overseen(None, names=True)
    if of := staff.reach(Scope.SMO):
        return Overseen(sorted(of), names=False)
    return None


async def _own_places(request: AnyRequest, office: Office, visit: Visit, own: list[str]) -> Response[str]:
    async with office.pool.acquire() as db:
        known = await municipalities.all_by_code(db)
    places = [Option(code, known[code].name) for code in own if code in known]
    return await office.page(request, visit, "own_places.html", places=places)


async def _place(
    request: AnyRequest, office: Office, visit: Visit, code: str, form: Form, status: int = 200
) -> Response[str]:
    """The people of a municipality or of the region. Raises NotFound for a foreign one."""
    staff = visit.who
    if not may_see(staff, code):
        raise NotFound("municipality-unknown")
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, code)
        name = await _name(db, code)
        people = await appointments.people(db, code)
        councils = await smos.all_by_id(db) if code == REGION else {}
    of_place = [role for role in Role if (SCOPE_OF[role] is Scope.MUNICIPALITY) == (code != REGION)]
    roles = [option for option in _roles_of(staff) if option.code in of_place]
    if len(roles) == 1:
        form.values.setdefault("role", roles[0].code)
    return await office.page(
        request,
        visit,
        "place.html",
        form,
        status,
        code=code,
        above=overseen(staff) is not None or len(staff.reach(Scope.MUNICIPALITY)) > 1,
        name=name,
        address=_address(code),
        present=[holder for holder in people if holder.until_at is None],
        past=[holder for holder in people if holder.until_at is not None],
        titles=TITLES,
        roles=roles,
        given={role.code for role in roles},
        chairs=sorted(CHAIRS),
        councils=[Option(smo.id, smo.name) for smo in councils.values()],
        done=request.query_params.get("done", ""),
    )


async def _name(db: Db, code: str) -> str:
    if code == REGION:
        return ""
    known = await municipalities.all_by_code(db)
    if code not in known:
        raise NotFound("municipality-unknown")
    return known[code].name


async def _end(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *tenants_of(visit.who))
        appointment = await appointments.get(db, id_)
        people = await appointments.people(db, appointment.municipality)
    holder: Holder = next(holder for holder in people if holder.id == id_)
    if holder.role.value not in {role.code for role in _roles_of(visit.who)}:
        raise Forbidden("not-yours-to-appoint", role=TITLES[holder.role])
    return await office.page(
        request,
        visit,
        "end_appointment.html",
        form,
        status,
        holder=holder,
        title=TITLES[holder.role],
        back=_address(appointment.municipality),
    )


def _roles_of(staff: Staff) -> list[Option]:
    given = {role for grant in staff.grants for role in APPOINTS.get(grant.role, ())}
    return [Option(role.value, TITLES[role]) for role in Role if role in given]


def _wish(form: Form, code: str) -> Wish:
    try:
        role = Role(form.of("role"))
    except ValueError as error:
        raise Invalid("role-unknown") from error
    of = form.of("of") if SCOPE_OF[role] is Scope.SMO else code
    return Wish(role, of, form.of("name"), form.of("email"), replaces=form.of("replaces") == "1")


def _usual(role: Role, here: str) -> str:
    """Over what a role of an annex reaches whose row says nothing of it."""
    return REGION if SCOPE_OF[role] is Scope.REGION else here


def _address(code: str) -> str:
    return "/cabinet/region" if code == REGION else f"/cabinet/municipalities/{code}"


def _more(typed: str, missing: bool, after: str) -> str:
    return "/cabinet?" + urlencode({"q": typed, "missing": int(missing), "after": after})
