"""HTTP: who is appointed to what, appointing and ending."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from contracts.appointments import Role, Scope
from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.idempotency import answered, repeat_of
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.hierarchy.appointments.commands.appoint import Draft, Wish, appoint
from services.hierarchy.appointments.commands.correct_address import correct_address
from services.hierarchy.appointments.commands.end_appointment import end_appointment
from services.hierarchy.appointments.domain.annex import LONGEST
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.office import AnyRequest, Office


class NewAppointment(BaseModel):
    """Somebody to be appointed; `of` is `region`, an SMO's id or a municipality's code."""

    role: Role
    of: str
    name: str
    email: str
    replaces: bool = False
    same_person: bool = False
    """Whoever has the address is meant, also under another name."""


class NewAct(BaseModel):
    """An act and everybody whom it appoints: all or none."""

    number: str
    day: str
    appointments: list[NewAppointment] = Field(min_length=1, max_length=LONGEST)


class Held(BaseModel):
    """An appointment as it stands."""

    id: UUID
    role: Role
    of: str
    account: UUID
    name: str
    email: str
    number: str
    day: date
    from_at: datetime
    until_at: datetime | None


class Appointed(BaseModel):
    """The ids of new appointments, and of those that they ended."""

    appointed: list[UUID]
    ended: list[UUID]


class Ended(BaseModel):
    """Over what the appointment was that ended."""

    scope: Scope
    of: str
    municipality: str


class HeldPage(BaseModel):
    """All appointments of a municipality or of the region, the present ones first."""

    items: list[Held]
    next: None = None


class Address(BaseModel):
    """An address."""

    email: str


class Appointments(Controller):
    """Appointments."""

    path = "/api/v1/appointments"
    tags = ("appointments",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="Who holds or held a role in a municipality, or in the region")
    async def find(
        self,
        request: AnyRequest,
        office: NamedDependency[Office],
        municipality: Annotated[str, QueryParameter(pattern="^([0-9]{8}|region)$")] = REGION,
    ) -> HeldPage:
        """A foreign municipality is answered 404."""
        scope = Scope.REGION if municipality == REGION else Scope.MUNICIPALITY
        place, staff = Place(scope, municipality, municipality), await office.desk.of(request)
        if not may(staff, Deed.SEE_PEOPLE, place):
            raise NotFound("municipality-unknown")
        async with office.pool.acquire() as db, db.transaction():
            await tenancy.see(db, municipality)
            people = await appointments.people(db, municipality)
        return HeldPage(items=[Held.model_validate(holder, from_attributes=True) for holder in people])

    @post(summary="Appoint by an act: one or many, all or none", operation_class=Repeatable)
    async def appoint(
        self, request: AnyRequest, data: JSONBody[NewAct], office: NamedDependency[Office]
    ) -> Response[Appointed]:
        """201 with the ids of the new appointments and of those that they ended."""
        staff = await office.desk.of(request)
        wishes = [Wish(**dict(each)) for each in data.appointments]
        draft = Draft(data.number, data.day, wishes)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        return answered(await appoint(office.pool, office.entrance, staff, draft, now, repeat))

    @post("/{id_:uuid}/address", summary="Correct the address of who has not signed in yet", status_code=200)
    async def correct(
        self,
        request: AnyRequest,
        id_: FromPath[UUID],
        data: JSONBody[Address],
        office: NamedDependency[Office],
    ) -> Response[bytes]:
        """Old links are worthless; a letter invites them at the new address."""
        staff = await office.desk.of(request)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        entrance = office.entrance
        return answered(await correct_address(office.pool, entrance, staff, id_, data.email, now, repeat))

    @post("/{id_:uuid}/end", summary="End an appointment", status_code=200)
    async def end(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[Ended]:
        """The rights end with it, in every service."""
        staff = await office.desk.of(request)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        return answered(await end_appointment(office.pool, staff, id_, now, repeat))
