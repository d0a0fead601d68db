"""HTTP: working groups of a municipality, forming and dissolving."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from contracts.appointments import Scope
from services.chassis.db.idempotency import answered, repeat_of
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.hierarchy.core.office import AnyRequest, Office
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.groups.commands.change_group import dissolve_group
from services.hierarchy.groups.commands.form_groups import Area, Forming, form_groups
from services.hierarchy.groups.store import groups

MOST = 100


class NewGroup(BaseModel):
    """A group to be formed: its leader is the Head or a deputy; of `kinds` of organizations it gets all that
    no other group has. `covers_all`: whatever no other group covers."""

    name: str
    leader: UUID | None = None
    directions: list[str] = []
    kinds: list[str] = []
    covers_all: bool = False


class NewGroups(BaseModel):
    """An act by which working groups are formed: all or none."""

    municipality: str
    number: str
    day: str
    groups: list[NewGroup] = Field(min_length=1, max_length=MOST)


class GroupItem(BaseModel):
    """A working group as it stands."""

    id: UUID
    name: str
    covers_all: bool
    directions: list[str]
    organizations: list[UUID]


class GroupPage(BaseModel):
    """The working groups of a municipality, in the order in which they were formed."""

    items: list[GroupItem]
    next: None = None


class Formed(BaseModel):
    """The ids of new working groups."""

    formed: list[UUID]


class Dissolved(BaseModel):
    """Whose group it was."""

    municipality: str


class WorkingGroups(Controller):
    """Working groups."""

    path = "/api/v1/working-groups"
    tags = ("working groups",)
    security = SIGNED_IN

    @get(summary="The working groups of a municipality")
    async def find(
        self,
        request: AnyRequest,
        office: NamedDependency[Office],
        municipality: Annotated[str, QueryParameter(pattern="^[0-9]{8}$")],
    ) -> GroupPage:
        """Of the open campaign. A foreign municipality is answered 404."""
        staff = await office.desk.of(request)
        async with office.pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            await look_at(db, staff, Scope.MUNICIPALITY, municipality, campaign)
            standing = await groups.present(db, municipality, campaign.id) if campaign else []
        items = [
            GroupItem(
                id=group.id,
                name=group.name,
                covers_all=group.covers_all,
                directions=sorted(group.directions),
                organizations=sorted(group.organizations),
            )
            for group in standing
        ]
        return GroupPage(items=items)

    @post(summary="Form working groups by an act: one or many, all or none", operation_class=Repeatable)
    async def form(
        self, request: AnyRequest, data: JSONBody[NewGroups], office: NamedDependency[Office]
    ) -> Response[Formed]:
        """201 with the ids of the new groups."""
        staff = await office.desk.of(request)
        areas = [
            Area(g.name, g.leader, frozenset(g.directions), frozenset(g.kinds), g.covers_all)
            for g in data.groups
        ]
        wanted = Forming(data.municipality, data.number, data.day, areas)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        return answered(await form_groups(office.pool, office.entrance, staff, wanted, now, repeat))

    @post(
        "/{id_:uuid}/dissolution",
        summary="Dissolve a working group",
        status_code=200,
        operation_class=Repeatable,
    )
    async def dissolve(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[Dissolved]:
        """Its leader and members are no longer; coordinators stay with their organizations."""
        staff = await office.desk.of(request)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        return answered(await dissolve_group(office.pool, staff, id_, now, repeat))
