"""HTTP: working groups of a municipality, forming and dissolving."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from contracts.appointments import Scope
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.groups.commands.dissolve_group import Dissolved, dissolve_group
from services.hierarchy.groups.commands.form_groups import Area, Formed, Forming, form_groups
from services.hierarchy.groups.store import groups

MOST = 100


class NewGroup(BaseModel):
    """A group to be formed: its leader is the Head or a deputy; of `kinds` of organizations it gets all that
    no other group has. `covers_all`: whatever no other group covers; `organizations`: chosen one by one;
    `takes`: directions that other groups hand over to it."""

    name: str
    leader: UUID | None = None
    directions: list[str] = []
    kinds: list[str] = []
    covers_all: bool = False
    organizations: list[UUID] = []
    takes: list[str] = []


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


class WorkingGroups(Controller):
    """Working groups."""

    path = "/api/v1/working-groups"
    tags = ("working groups",)
    security = SIGNED_IN

    @get(summary="The working groups of a municipality")
    async def find(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        municipality: Annotated[str, QueryParameter(pattern="^[0-9]{8}$")],
    ) -> GroupPage:
        """Of the open campaign. A foreign municipality is answered 404."""
        async with pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            await look_at(db, by, Scope.MUNICIPALITY, municipality, campaign)
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
        self,
        data: JSONBody[NewGroups],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Formed:
        """201 with the ids of the new groups."""
        areas = [
            Area(
                *(g.name, g.leader, frozenset(g.directions), frozenset(g.kinds), g.covers_all),
                organizations=frozenset(g.organizations),
                takes=frozenset(g.takes),
            )
            for g in data.groups
        ]
        given = Forming(data.municipality, data.number, data.day, areas)
        return await form_groups(pool, entrance, by, given, at)

    @post(
        "/{id_:uuid}/dissolution",
        summary="Dissolve a working group",
        status_code=200,
        operation_class=Repeatable,
    )
    async def dissolve(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Dissolved:
        """Its leader and members are no longer; coordinators stay with their organizations."""
        return await dissolve_group(pool, by, id_, at)
