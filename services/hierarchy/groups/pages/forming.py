"""Pages: forming working groups: one, or the recommended scheme."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Role, Scope
from services.chassis.web.forms import LONGEST_FORM, Form, Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.groups.commands.form_groups import Area, Forming, form_groups
from services.hierarchy.groups.pages.area import DIRECTION, KIND, TAKES, chosen, free_in


class FormingPages(Controller):
    """Working groups that are to be."""

    path = "/cabinet/municipalities/{code:str}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/groups/new")
    async def ask_area(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """What a new group shall cover, and who leads it; `all=1`: everything, the short scheme."""
        if visit.query.get("all") == "1":
            visit.form.values |= {"covers_all": "1", "name": "Рабочая группа"}
        return await _area(visit, code)

    @post("/groups/new")
    async def form_one(
        self,
        visit: NamedDependency[Visit[Staff]],
        code: FromPath[str],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """The group is formed, and then its page."""
        form = await visit.sent()
        async with visit.refusing():
            given = _forming(form, code, [_entered(form)])
            formed = await form_groups(visit.pool, entrance, visit.who, given, await visit.moment())
            return visit.go(address_of(Scope.GROUP, formed.formed[0]), done="formed")
        return await _area(visit, code)

    @get("/scheme")
    async def ask_scheme(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """A proposal: every direction and kind of organizations by turns to a deputy."""
        return await _scheme(visit, code)

    @post("/scheme")
    async def form_scheme(
        self,
        visit: NamedDependency[Visit[Staff]],
        code: FromPath[str],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """A group for every deputy who got something, and back to the municipality."""
        form = await visit.sent()
        async with visit.refusing():
            given = _forming(form, code, _dealt(form))
            await form_groups(visit.pool, entrance, visit.who, given, await visit.moment())
            return visit.go(address_of(Scope.MUNICIPALITY, code), done="formed")
        return await _scheme(visit, code)


async def _area(visit: Visit[Staff], code: str) -> Response[str]:
    free = await free_in(visit, code)
    alone = str(free.leaders[0].account) if len(free.leaders) == 1 else ""
    visit.form.values.setdefault("leader", alone)
    return await visit.page("groups/area.html", **free.values(visit.form))


async def _scheme(visit: Visit[Staff], municipality: str) -> Response[str]:
    free = await free_in(visit, municipality)
    deputies = [Option(str(a.account), a.name) for a in free.leaders if a.role is Role.DEPUTY]
    if deputies:
        for prefix, codes in (
            (DIRECTION, [each.code for each in free.directions]),
            (KIND, [each.code for each in free.kinds]),
        ):
            for nth, code in enumerate(codes):
                proposed = deputies[nth % len(deputies)].code
                visit.form.values.setdefault(f"{prefix}{code}", proposed)
    return await visit.page("groups/scheme.html", **free.values(visit.form), deputies=deputies)


def _forming(form: Form, code: str, areas: Sequence[Area]) -> Forming:
    return Forming(code, form.of("number"), form.of("day"), areas)


def _entered(form: Form) -> Area:
    return Area(
        name=form.of("name"),
        leader=uuid_of(form.of("leader")),
        directions=form.ticked(DIRECTION),
        kinds=form.ticked(KIND),
        covers_all=form.of("covers_all") == "1",
        organizations=chosen(form),
        takes=form.ticked(TAKES),
    )


def _dealt(form: Form) -> list[Area]:
    """A group for every deputy who was chosen anywhere, in the order of the form."""
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
