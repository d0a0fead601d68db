"""Pages: changing what a working group covers, and dissolving it."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.groups.commands.change_group import Change, change_group
from services.hierarchy.groups.commands.dissolve_group import dissolve_group
from services.hierarchy.groups.pages.area import DIRECTION, KIND, TAKES, changeable, chosen, free_in


class ChangingPages(Controller):
    """Working groups that stand, to be changed."""

    path = "/cabinet/groups/{id_:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/area")
    async def ask_change(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """What the group covers, to be changed."""
        group = await changeable(visit, id_)
        visit.form.values = {"name": group.name} | {f"{DIRECTION}{code}": "1" for code in group.directions}
        return await _change(visit, id_)

    @post("/area")
    async def change(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """It covers something else now, and back to the group."""
        form = await visit.sent()
        async with visit.refusing():
            given = Change(
                *(id_, form.of("name"), form.ticked(DIRECTION), form.ticked(KIND)),
                organizations=chosen(form),
                takes=form.ticked(TAKES),
            )
            await change_group(visit.pool, visit.who, given, await visit.moment())
            return visit.go(address_of(Scope.GROUP, id_), done="changed")
        return await _change(visit, id_)

    @get("/dissolution")
    async def ask_dissolution(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]
    ) -> Response[str]:
        """Asks once, with the name."""
        return await _dissolution(visit, id_)

    @post("/dissolution")
    async def dissolve(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """The group is dissolved, and back to the municipality."""
        await visit.sent()
        async with visit.refusing():
            dissolved = await dissolve_group(visit.pool, visit.who, id_, await visit.moment())
            return visit.go(address_of(Scope.MUNICIPALITY, dissolved.municipality), done="dissolved")
        return await _dissolution(visit, id_)


async def _change(visit: Visit[Staff], id_: UUID) -> Response[str]:
    group = await changeable(visit, id_)
    free = await free_in(visit, group.municipality, group)
    return await visit.page("groups/area.html", **free.values(visit.form, group))


async def _dissolution(visit: Visit[Staff], id_: UUID) -> Response[str]:
    group = await changeable(visit, id_)
    back = address_of(Scope.GROUP, id_)
    return await visit.page("groups/dissolution.html", group=group, back=back)
