"""HTTP: briefings: what a group's coordinators read, sessions with attendance, and reading on one's own."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from contracts.appointments import Scope
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.hierarchy.briefings.commands.confirm_reading import Confirmed, Reading, confirm_reading
from services.hierarchy.briefings.commands.hold_session import Entered, hold_session
from services.hierarchy.briefings.commands.publish_material import NewMaterial, Published, publish_material
from services.hierarchy.briefings.commands.remind_unbriefed import remind_unbriefed
from services.hierarchy.briefings.domain import Attended
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.reminding import Reminded
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.tenants import around
from services.hierarchy.groups.store import groups


class MaterialText(BaseModel):
    """What coordinators shall read. `seen`: the version that was changed, 0 for none."""

    body: str
    seen: int = 0


class HeldSession(BaseModel):
    """A session that was held: `in-person` or `remote`, on a day, with these accounts."""

    manner: str
    day: str
    present: list[UUID]


class Read(BaseModel):
    """The version that was read."""

    version: int


class Briefed(BaseModel):
    """A coordinator or a stand-in, and whether they were briefed on the version that stands."""

    account: UUID
    name: str
    organizations: str
    done: bool


class GroupBriefing(BaseModel):
    """What a group's coordinators read (version 0: nothing yet), and all of them, the unbriefed first."""

    version: int
    body: str
    items: list[Briefed]
    next: None = None


class DueItem(BaseModel):
    """What one group briefs on; an empty body: there is nothing to read."""

    working_group: UUID
    name: str
    version: int
    done: bool
    body: str


class DuePage(BaseModel):
    """What somebody is to be briefed on."""

    items: list[DueItem]
    next: None = None


class GroupBriefings(Controller):
    """The briefings of a working group."""

    path = "/api/v1/working-groups/{id_:uuid}/briefing"
    tags = ("briefings",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="What a group's coordinators read, and who was briefed")
    async def of_group(
        self, id_: FromPath[UUID], pool: NamedDependency[Pool], by: NamedDependency[Staff]
    ) -> GroupBriefing:
        """A foreign group is answered 404."""
        async with pool.acquire() as db, db.transaction():
            await places.look_at(db, by, Scope.GROUP, str(id_), await campaigns.now_open(db))
            group = await groups.get(db, id_)
            material, people = await briefings.material(db, group), await briefings.of_group(db, group)
        items = [Briefed.model_validate(each, from_attributes=True) for each in people]
        return GroupBriefing(version=material.version, body=material.body, items=items)

    @post(
        "/material",
        summary="Publish what a group's coordinators read; a new version asks again",
        operation_class=Repeatable,
    )
    async def publish(
        self,
        id_: FromPath[UUID],
        data: JSONBody[MaterialText],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Published:
        """201 with the version, and whether it is new: the same text again is none."""
        return await publish_material(pool, by, NewMaterial(id_, data.body, data.seen), at)

    @post(
        "/sessions", summary="Enter a session that was held, with who was present", operation_class=Repeatable
    )
    async def hold(
        self,
        id_: FromPath[UUID],
        data: JSONBody[HeldSession],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Entered:
        """201 with its id. Whoever was present is briefed on the version that stood on that day."""
        return await hold_session(pool, by, Attended(id_, data.manner, data.day, data.present), at)

    @post(
        "/reminders",
        summary="Write to everybody who was not briefed",
        status_code=200,
        operation_class=Repeatable,
    )
    async def remind(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Reminded:
        """200 with how many were written to; nobody twice a day."""
        return await remind_unbriefed(pool, entrance, by, id_, at)


class OwnBriefings(Controller):
    """What one is to be briefed on oneself."""

    path = "/api/v1/staff/briefings"
    tags = ("briefings",)
    security = SIGNED_IN

    @get(summary="What one is to be briefed on")
    async def due(self, pool: NamedDependency[Pool], by: NamedDependency[Staff]) -> DuePage:
        """Each group's once."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, *around(by))
            due = await briefings.of_account(db, by.account)
        return DuePage(items=[DueItem.model_validate(each, from_attributes=True) for each in due])

    @post(
        "/{id_:uuid}/confirmation",
        summary="Confirm that one has read a group's material",
        status_code=200,
        operation_class=Repeatable,
    )
    async def confirm(
        self,
        id_: FromPath[UUID],
        data: JSONBody[Read],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Confirmed:
        """200 with the version; 409 if a newer one stands."""
        return await confirm_reading(pool, by, Reading(id_, data.version), at)
