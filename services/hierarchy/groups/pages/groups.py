"""Pages: working groups: one with what it has in its hands, forming, changing and dissolving."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db.idempotency import repeat_of
from services.chassis.errors import NotFound
from services.chassis.text import one_line
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.appointments.pages.people import appoint_from, shown
from services.hierarchy.appointments.store import appointments
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.office import AnyRequest, Office, Option, Visit, uuid_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.groups.commands.change_group import Change, change_group, dissolve_group
from services.hierarchy.groups.commands.form_groups import LEADERS, Area, Forming, form_groups
from services.hierarchy.groups.domain.groups import WorkingGroup, forming, may_change
from services.hierarchy.groups.store import groups
from services.hierarchy.groups.store.groups import Asked

AT_ONCE = 100
DIRECTION, KIND = "direction:", "kind:"
"""Names of the fields that stand for a direction or a kind of organizations begin like this."""


class GroupPages(Controller):
    """Working groups."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/municipalities/{code:str}/groups/new")
    async def ask_area(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """What a new group shall cover, and who leads it; `all=1`: everything, the short scheme."""
        visit, form = await office.visit(request), Form()
        if request.query_params.get("all") == "1":
            form.values |= {"all": "1", "name": "Рабочая группа"}
        return await _area(request, office, visit, code, form)

    @post("/municipalities/{code:str}/groups/new")
    async def form_one(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """The group is formed, and then its page."""
        visit, form = await office.visit(request), await sent(request)
        area = Area(
            name=form.of("name"),
            leader=uuid_of(form.of("leader")),
            directions=form.ticked(DIRECTION),
            kinds=form.ticked(KIND),
            covers_all=form.of("all") == "1",
        )
        try:
            formed = await _formed(request, office, visit, form, code, [area])
        except Exception as error:
            return await _area(request, office, visit, code, form, office.refuse(form, error))
        return office.go(f"{address_of(Scope.GROUP, formed[0])}?done=formed", *visit.cookies)

    @get("/municipalities/{code:str}/scheme")
    async def ask_scheme(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """A proposal: every direction and kind of organizations by turns to a deputy."""
        return await _scheme(request, office, await office.visit(request), code, Form())

    @post("/municipalities/{code:str}/scheme")
    async def form_scheme(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """A group for every deputy who got something, and back to the municipality."""
        visit, form = await office.visit(request), await sent(request)
        try:
            await _formed(request, office, visit, form, code, _dealt(form))
        except Exception as error:
            return await _scheme(request, office, visit, code, form, office.refuse(form, error))
        return office.go(f"{address_of(Scope.MUNICIPALITY, code)}?done=formed", *visit.cookies)

    @get("/groups/{id_:uuid}/area")
    async def ask_change(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """What the group covers, to be changed."""
        return await _change(request, office, await office.visit(request), id_, None)

    @post("/groups/{id_:uuid}/area")
    async def change(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """It covers something else now, and back to the group."""
        visit, form = await office.visit(request), await sent(request)
        wanted = Change(form.of("name"), form.ticked(DIRECTION), form.ticked(KIND))
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            await change_group(office.pool, visit.who, id_, wanted, office.clock.now(), repeat)
        except Exception as error:
            return await _change(request, office, visit, id_, form, office.refuse(form, error))
        return office.go(f"{address_of(Scope.GROUP, str(id_))}?done=changed", *visit.cookies)

    @get("/groups/{id_:uuid}/dissolution")
    async def ask_dissolution(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """Asks once, with the name."""
        return await _dissolution(request, office, await office.visit(request), id_, Form())

    @post("/groups/{id_:uuid}/dissolution")
    async def dissolve(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """The group is no more, and back to the municipality."""
        visit, form = await office.visit(request), await sent(request)
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            answer = await dissolve_group(office.pool, visit.who, id_, office.clock.now(), repeat)
        except Exception as error:
            return await _dissolution(request, office, visit, id_, form, office.refuse(form, error))
        back = address_of(Scope.MUNICIPALITY, orjson.loads(answer.body)["municipality"])
        return office.go(f"{back}?done=dissolved", *visit.cookies)


async def _area(
    request: AnyRequest, office: Office, visit: Visit, code: str, form: Form, status: int = 200
) -> Response[str]:
    values = await _to_form(office, visit, code)
    leaders: Sequence[Appointment] = values["leaders"]
    form.values.setdefault("leader", str(leaders[0].account) if len(leaders) == 1 else "")
    return await office.page(request, visit, "groups/area.html", form, status, **values)


async def _change(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form | None, status: int = 200
) -> Response[str]:
    group = await _changed_by(office, visit.who, id_)
    if form is None:
        form = Form({"name": group.name} | {f"{DIRECTION}{code}": "1" for code in group.directions})
    values = await _to_form(office, visit, group.municipality, group)
    return await office.page(request, visit, "groups/area.html", form, status, **values)


async def _scheme(
    request: AnyRequest, office: Office, visit: Visit, code: str, form: Form, status: int = 200
) -> Response[str]:
    values = await _to_form(office, visit, code)
    deputies = [a for a in values["leaders"] if a.role is Role.DEPUTY]
    if deputies:
        for prefix, things in ((DIRECTION, values["directions"]), (KIND, values["kinds"])):
            for nth, option in enumerate(things):
                form.values.setdefault(f"{prefix}{option.code}", str(deputies[nth % len(deputies)].account))
    options = [Option(str(deputy.account), deputy.name) for deputy in deputies]
    return await office.page(request, visit, "groups/scheme.html", form, status, **values, deputies=options)


async def _dissolution(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    group = await _changed_by(office, visit.who, id_)
    back = address_of(Scope.GROUP, str(id_))
    return await office.page(request, visit, "groups/dissolution.html", form, status, group=group, back=back)


async def _changed_by(office: Office, staff: Staff, id_: UUID) -> WorkingGroup:
    """A group that is for them to change. Raises NotFound for a foreign one, Forbidden, Conflict."""
    async with office.pool.acquire() as db, db.transaction():
        place = await look_at(db, staff, Scope.GROUP, str(id_), await campaigns.now_open(db))
        group = await groups.get(db, id_)
        present = await appointments.present(db, [group.municipality])
    leaders = [a.account for a in present if a.role is Role.LEADER and a.of == str(id_)]
    forming(staff, place, leaders or [None])
    return group


async def _to_form(
    office: Office, visit: Visit, code: str, group: WorkingGroup | None = None
) -> dict[str, Any]:
    """What is free to be covered, and who may lead: deputies, then the Head; oneself where one forms
    one's own area alone. Raises NotFound for a foreign municipality, Forbidden, Conflict for a clerk without
    a Head."""
    staff = visit.who
    async with office.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        place = await look_at(db, staff, Scope.MUNICIPALITY, code, campaign)
        if campaign is None:
            raise NotFound("forming-without-campaign")
        standing = await groups.present(db, code, campaign.id)
        free = await groups.uncovered(db, code, campaign.id)
        anybody = staff.holds(Role.HEAD, code) or staff.holds(Role.CLERK, code)
        present = await appointments.present(db, [code])
    forming(staff, place, [staff.account])
    leaders = [a for role in LEADERS for a in present if a.role is role]
    leaders = [a for a in leaders if anybody or a.account == staff.account]
    others = [other for other in standing if group is None or other.id != group.id]
    taken = {direction: other.name for other in others for direction in other.directions}
    return {
        "group": group,
        "place": place,
        "back": address_of(Scope.GROUP, str(group.id)) if group else address_of(Scope.MUNICIPALITY, code),
        "leaders": leaders,
        "leading": [Option(str(a.account), f"{a.name} — {TITLES[a.role]}") for a in leaders],
        "directions": [Option(d.code, d.name) for d in campaign.directions if d.code not in taken],
        "taken": [(d.name, taken[d.code]) for d in campaign.directions if d.code in taken],
        "kinds": [Option(kind, f"{kind} — {len(ids)}") for kind, ids in free.items()],
        "rest_is_free": not any(other.covers_all for other in others),
    }


async def _formed(
    request: AnyRequest, office: Office, visit: Visit, form: Form, code: str, areas: Sequence[Area]
) -> list[str]:
    wanted = Forming(code, form.of("number"), form.of("day"), areas)
    repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
    now = office.clock.now()
    answer = await form_groups(office.pool, office.entrance, visit.who, wanted, now, repeat)
    ids: list[str] = orjson.loads(answer.body)["formed"]
    return ids


def _dealt(form: Form) -> list[Area]:
    """A group for every deputy who was chosen somewhere, in the order of the form."""
    dealt: dict[UUID, tuple[set[str], set[str]]] = {}
    for name, value in form.values.items():
        for nth, prefix in enumerate((DIRECTION, KIND)):
            deputy = uuid_of(value) if name.startswith(prefix) else None
            if deputy is not None:
                dealt.setdefault(deputy, (set(), set()))[nth].add(name.removeprefix(prefix))
    return [
        Area(f"Рабочая группа № {nth}", deputy, frozenset(directions), frozenset(kinds))
        for nth, (deputy, (directions, kinds)) in enumerate(dealt.items(), 1)
    ]
