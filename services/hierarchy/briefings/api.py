"""HTTP: briefings: what a group's coordinators read, sessions with attendance, and reading on one's own."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from contracts.appointments import Scope
from services.chassis.db import tenancy
from services.chassis.db.idempotency import answered, repeat_of
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.hierarchy.briefings.commands.brief import (
    confirm_reading,
    hold_session,
    publish_material,
    remind_unbriefed,
)
from services.hierarchy.briefings.domain import Attended
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.office import AnyRequest, Office
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
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


class Published(BaseModel):
    """The version that stands now, and whether this made it."""

    version: int
    is_new: bool


class Session(BaseModel):
    """A session that was entered."""

    id: UUID


class Reminded(BaseModel):
    """How many were written to."""

    reminded: int


class Confirmed(BaseModel):
    """The version that was read."""

    version: int


class GroupBriefings(Controller):
    """The briefings of a working group."""

    path = "/api/v1/working-groups/{id_:uuid}/briefing"
    tags = ("briefings",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="What a group's coordinators read, and who was briefed")
    async def of_group(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> GroupBriefing:
        """A foreign group is answered 404."""
        staff = await office.desk.of(request)
        async with office.pool.acquire() as db, db.transaction():
            await look_at(db, staff, Scope.GROUP, str(id_), await campaigns.now_open(db))
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
        request: AnyRequest,
        id_: FromPath[UUID],
        data: JSONBody[MaterialText],
        office: NamedDependency[Office],
    ) -> Response[Published]:
        """201 with the version, and whether it is new: the same text again is none."""
        staff = await office.desk.of(request)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        return answered(await publish_material(office.pool, staff, id_, data.body, data.seen, now, repeat))

    @post(
        "/sessions", summary="Enter a session that was held, with who was there", operation_class=Repeatable
    )
    async def hold(
        self,
        request: AnyRequest,
        id_: FromPath[UUID],
        data: JSONBody[HeldSession],
        office: NamedDependency[Office],
    ) -> Response[Session]:
        """201 with its id. Whoever was there is briefed on the version that stood on that day."""
        staff = await office.desk.of(request)
        entered = Attended(data.manner, data.day, data.present)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        return answered(await hold_session(office.pool, staff, id_, entered, now, repeat))

    @post(
        "/reminders",
        summary="Write to everybody who was not briefed",
        status_code=200,
        operation_class=Repeatable,
    )
    async def remind(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[Reminded]:
        """200 with how many were written to; nobody twice a day."""
        staff = await office.desk.of(request)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        return answered(await remind_unbriefed(office.pool, office.entrance, staff, id_, now, repeat))


class OwnBriefings(Controller):
    """What one is to be briefed on oneself."""

    path = "/api/v1/staff/briefings"
    tags = ("briefings",)
    security = SIGNED_IN

    @get(summary="What one is to be briefed on")
    async def due(self, request: AnyRequest, office: NamedDependency[Office]) -> DuePage:
        """Each group's once."""
        staff = await office.desk.of(request)
        async with office.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *around(staff))
            due = await briefings.of_account(db, staff.account)
        return DuePage(items=[DueItem.model_validate(each, from_attributes=True) for each in due])

    @post(
        "/{id_:uuid}/confirmation",
        summary="Confirm that one has read a group's material",
        status_code=200,
        operation_class=Repeatable,
    )
    async def confirm(
        self,
        request: AnyRequest,
        id_: FromPath[UUID],
        data: JSONBody[Read],
        office: NamedDependency[Office],
    ) -> Response[Confirmed]:
        """200 with the version; 409 if a newer one stands."""
        staff = await office.desk.of(request)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        return answered(await confirm_reading(office.pool, staff, id_, data.version, now, repeat))
