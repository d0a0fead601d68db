"""Pages: briefings: what coordinators read, sessions with attendance, and reading on one's own."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.web.forms import LONGEST_FORM, from_here, number_of, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.briefings.commands.confirm_reading import Reading, confirm_reading
from services.hierarchy.briefings.commands.hold_session import hold_session
from services.hierarchy.briefings.commands.publish_material import NewMaterial, publish_material
from services.hierarchy.briefings.commands.remind_unbriefed import remind_unbriefed
from services.hierarchy.briefings.domain import Attended, Material, check_standing
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, authority, may
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.tenants import around
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.groups.store import groups

PRESENT = "present:"
"""Names of the fields that stand for somebody who was present begin like this."""


class BriefingPages(Controller):
    """Briefings, of a group and of whoever is to be briefed."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/groups/{id_:uuid}/briefing")
    async def of_group(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Who was not briefed, what there is to read, and what was held."""
        return await _of_group(visit, id_)

    @get("/groups/{id_:uuid}/briefing/material")
    async def write(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The text that stands, to be changed."""
        return await _material(visit, id_)

    @post("/groups/{id_:uuid}/briefing/material")
    async def publish(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """A new version to read, which asks everybody again."""
        form = await visit.sent()
        async with visit.refusing():
            given = NewMaterial(id_, form.of("body"), _version(visit))
            published = await publish_material(visit.pool, visit.who, given, await visit.moment())
            return visit.go(_address(id_), done="published" if published.is_new else "unchanged")
        return await _material(visit, id_)

    @post("/groups/{id_:uuid}/briefing/sessions")
    async def hold(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """A session was held, with these people."""
        form = await visit.sent()
        present = [account for name in form.ticked(PRESENT) if (account := uuid_of(name))]
        async with visit.refusing():
            given = Attended(id_, form.of("manner"), form.of("day"), present)
            await hold_session(visit.pool, visit.who, given, await visit.moment())
            return visit.go(_address(id_), done="held")
        return await _of_group(visit, id_)

    @post("/groups/{id_:uuid}/briefing/reminders")
    async def remind(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """Write to everybody who was not briefed."""
        await visit.sent()
        async with visit.refusing():
            told = await remind_unbriefed(visit.pool, entrance, visit.who, id_, await visit.moment())
            return visit.go(_address(id_), reminded=told.reminded)
        return await _of_group(visit, id_)

    @get("/briefing")
    async def own(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """What one is to be briefed on oneself."""
        return await _own(visit)

    @post("/briefing/{id_:uuid}")
    async def confirm(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """It was read."""
        await visit.sent()
        async with visit.refusing():
            given = Reading(id_, _version(visit))
            await confirm_reading(visit.pool, visit.who, given, await visit.moment())
            return visit.go("/cabinet/briefing", done="read")
        return await _own(visit)


def _address(id_: UUID) -> str:
    return f"{address_of(Scope.GROUP, id_)}/briefing"


async def _of_group(visit: Visit[Staff], id_: UUID) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        place, group, material = await _stands(db, visit, id_)
        people = await briefings.of_group(db, group)
        held = await briefings.sessions(db, group)
    return await visit.page(
        "briefings/briefing.html",
        group=group,
        address=_address(id_),
        back=address_of(Scope.GROUP, id_),
        material=material,
        people=people,
        missing=[each for each in people if not each.done],
        briefed=[each for each in people if each.done],
        held=held,
        briefs=may(visit.who, Deed.BRIEF, place) and group.dissolved_at is None,
        done=visit.query.get("done", ""),
        reminded=number_of(visit.query.get("reminded", "")),
    )


async def _stands(db: Db, visit: Visit[Staff], id_: UUID) -> tuple[Place, WorkingGroup, Material]:
    """A group that the viewer sees, and what its coordinators read now. Raises NotFound."""
    place = await places.look_at(db, visit.who, Scope.GROUP, str(id_), await campaigns.now_open(db))
    group = await groups.get(db, id_)
    return place, group, await briefings.material(db, group)


async def _material(visit: Visit[Staff], id_: UUID) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        place, group, material = await _stands(db, visit, id_)
    authority(visit.who, Deed.BRIEF, place)
    check_standing(group)
    visit.form.values = {"body": material.body, "version": str(material.version)} | visit.form.values
    values = {"group": group, "address": _address(id_), "material": material}
    return await visit.page("briefings/material.html", **values)


def _version(visit: Visit[Staff]) -> int:
    return number_of(visit.form.of("version")) or 0


async def _own(visit: Visit[Staff]) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *around(visit.who))
        due = await briefings.of_account(db, visit.who.account)
    return await visit.page("briefings/own.html", due=due, done=visit.query.get("done", ""))
