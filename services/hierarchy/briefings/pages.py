"""Pages: briefings: what coordinators read, sessions with who was there, and reading on one's own."""

from uuid import UUID

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import Scope
from services.chassis.db import tenancy
from services.chassis.db.idempotency import repeat_of
from services.chassis.db.pool import Db
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.directory.staff import RENEWAL
from services.hierarchy.briefings.commands.brief import (
    confirm_reading,
    hold_session,
    publish_material,
    remind_unbriefed,
)
from services.hierarchy.briefings.domain import Attended, Material, check_standing
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, authority, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.office import AnyRequest, Office, Visit, count_of, number_of, uuid_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.core.tenants import around
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.groups.store import groups

PRESENT = "present:"
"""Names of the fields that stand for somebody who was there begin like this."""


class BriefingPages(Controller):
    """Briefings, of a group and of whoever is to be briefed."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/groups/{id_:uuid}/briefing")
    async def of_group(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """Who was not briefed, what there is to read, and what was held."""
        return await _of_group(request, office, await office.visit(request), id_, Form())

    @get("/groups/{id_:uuid}/briefing/material")
    async def write(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """The text that stands, to be changed."""
        return await _material(request, office, await office.visit(request), id_, Form())

    @post("/groups/{id_:uuid}/briefing/material")
    async def publish(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """A new version to read, which asks everybody again."""
        visit, form = await office.visit(request), await sent(request)
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            body, seen, now = form.of("body"), _version(form), office.clock.now()
            answer = await publish_material(office.pool, visit.who, id_, body, seen, now, repeat)
        except Exception as error:
            return await _material(request, office, visit, id_, form, office.refuse(form, error))
        done = "published" if orjson.loads(answer.body)["is_new"] else "unchanged"
        return office.go(f"{_address(id_)}?done={done}", *visit.cookies)

    @post("/groups/{id_:uuid}/briefing/sessions")
    async def hold(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """A session was held, with these people."""
        visit, form = await office.visit(request), await sent(request)
        present = [account for name in form.ticked(PRESENT) if (account := uuid_of(name))]
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            entered = Attended(form.of("manner"), form.of("day"), present)
            await hold_session(office.pool, visit.who, id_, entered, office.clock.now(), repeat)
        except Exception as error:
            return await _of_group(request, office, visit, id_, form, office.refuse(form, error))
        return office.go(f"{_address(id_)}?done=held", *visit.cookies)

    @post("/groups/{id_:uuid}/briefing/reminders")
    async def remind(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Write to everybody who was not briefed."""
        visit, form = await office.visit(request), await sent(request)
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            now = office.clock.now()
            answer = await remind_unbriefed(office.pool, office.entrance, visit.who, id_, now, repeat)
        except Exception as error:
            return await _of_group(request, office, visit, id_, form, office.refuse(form, error))
        reminded = orjson.loads(answer.body)["reminded"]
        return office.go(f"{_address(id_)}?reminded={reminded}", *visit.cookies)

    @get("/briefing")
    async def own(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """What one is to be briefed on oneself."""
        return await _own(request, office, await office.visit(request), Form())

    @post("/briefing/{id_:uuid}")
    async def confirm(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """It was read."""
        visit, form = await office.visit(request), await sent(request)
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            now = office.clock.now()
            await confirm_reading(office.pool, visit.who, id_, _version(form), now, repeat)
        except Exception as error:
            return await _own(request, office, visit, form, office.refuse(form, error))
        return office.go("/cabinet/briefing?done=read", *visit.cookies)


def _address(id_: UUID) -> str:
    return f"{address_of(Scope.GROUP, str(id_))}/briefing"


async def _of_group(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db, db.transaction():
        place, group, material = await _stands(db, visit, id_)
        people = await briefings.of_group(db, group)
        held = await briefings.sessions(db, group)
    return await office.page(
        request,
        visit,
        "briefings/briefing.html",
        form,
        status,
        group=group,
        address=_address(id_),
        back=address_of(Scope.GROUP, str(id_)),
        material=material,
        people=people,
        missing=[each for each in people if not each.done],
        briefed=[each for each in people if each.done],
        held=held,
        briefs=may(visit.who, Deed.BRIEF, place) and group.dissolved_at is None,
        done=request.query_params.get("done", ""),
        reminded=count_of(request, "reminded"),
    )


async def _stands(db: Db, visit: Visit, id_: UUID) -> tuple[Place, WorkingGroup, Material]:
    """A group that the viewer sees, and what its coordinators read now. Raises NotFound."""
    place = await look_at(db, visit.who, Scope.GROUP, str(id_), await campaigns.now_open(db))
    group = await groups.get(db, id_)
    return place, group, await briefings.material(db, group)


async def _material(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db, db.transaction():
        place, group, material = await _stands(db, visit, id_)
    authority(visit.who, Deed.BRIEF, place)
    check_standing(group)
    form.values = {"body": material.body, "version": str(material.version)} | form.values
    values = {"group": group, "address": _address(id_), "material": material}
    return await office.page(request, visit, "briefings/material.html", form, status, **values)


def _version(form: Form) -> int:
    return number_of(form.of("version")) or 0


async def _own(
    request: AnyRequest, office: Office, visit: Visit, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *around(visit.who))
        due = await briefings.of_account(db, visit.who.account)
    values = {"due": due, "done": request.query_params.get("done", "")}
    return await office.page(request, visit, "briefings/own.html", form, status, **values)
