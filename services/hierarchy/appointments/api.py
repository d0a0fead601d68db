"""HTTP: who is appointed to what, appointing and ending."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from contracts.appointments import Role, Scope
from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.hierarchy.appointments.commands.appoint import Appointed, Draft, Nomination, appoint
from services.hierarchy.appointments.commands.correct_address import Corrected, Correction, correct_address
from services.hierarchy.appointments.commands.end_appointment import Ended, Ending, end_appointment
from services.hierarchy.appointments.commands.set_details import Given, Said, set_details
from services.hierarchy.appointments.commands.set_letterhead import (
    LetterheadSet,
    NewLetterhead,
    set_letterhead,
    whose,
)
from services.hierarchy.appointments.domain.annex import LONGEST
from services.hierarchy.appointments.domain.letterheads import Letterhead
from services.hierarchy.appointments.store import appointments, letterheads
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.reached import Reached
from services.hierarchy.core.domain.roles import Category


class NewAppointment(BaseModel):
    """A person to be appointed; `of` is `region`, an SMO's id, a municipality's code, or the id of a working
    group or an organization."""

    role: Role
    of: str
    name: str
    email: str
    replaces: bool = False
    same_person: bool = False
    """The owner of the address is meant, also under another name."""
    phone: str = ""
    hours: str = ""
    category: Category | Literal[""] = ""
    """Of a member of a working group: municipal servant, head of an organization, deputy."""


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
    phone: str
    hours: str
    category: Category | None


class HeldPage(BaseModel):
    """All appointments of a municipality or of the region, the present ones first."""

    items: list[Held]
    next: None = None


class NewDetails(BaseModel):
    """How the holder is reached; an empty telephone: not at all, an empty category: as it is."""

    phone: str
    hours: str = ""
    category: Category | Literal[""] = ""


class EndingAct(BaseModel):
    """The act that ends an appointment; both empty: none does."""

    number: str = ""
    day: str = ""


class Address(BaseModel):
    """The right address."""

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
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        municipality: Annotated[str, QueryParameter(pattern="^([0-9]{8}|region)$")] = REGION,
    ) -> HeldPage:
        """A foreign municipality is answered 404."""
        scope = Scope.REGION if municipality == REGION else Scope.MUNICIPALITY
        if not may(by, Deed.SEE_PEOPLE, Place(scope, municipality, municipality)):
            raise NotFound("municipality-unknown")
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, municipality)
            people = await appointments.people(db, municipality)
        return HeldPage(items=[Held.model_validate(holder, from_attributes=True) for holder in people])

    @post(summary="Appoint by an act: one or many, all or none", operation_class=Repeatable)
    async def appoint(
        self,
        data: JSONBody[NewAct],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Appointed:
        """201 with the ids of the new appointments and of those that they ended."""
        draft = Draft(data.number, data.day, [Nomination(**dict(each)) for each in data.appointments])
        return await appoint(pool, entrance, by, draft, at)

    @post(
        "/{id_:uuid}/address",
        summary="Correct the address of who has not signed in yet",
        status_code=200,
        operation_class=Repeatable,
    )
    async def correct(
        self,
        id_: FromPath[UUID],
        data: JSONBody[Address],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Corrected:
        """Old links are worthless; a letter invites them at the new address."""
        return await correct_address(pool, entrance, by, Correction(id_, data.email), at)

    @post("/{id_:uuid}/end", summary="End an appointment", status_code=200, operation_class=Repeatable)
    async def end(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        data: JSONBody[EndingAct | None] = None,
    ) -> Ended:
        """The rights end with it, in every service."""
        act = data or EndingAct()
        return await end_appointment(pool, by, Ending(id_, act.number, act.day), at)

    @post(
        "/{id_:uuid}/contact",
        summary="Say how the holder is reached, and of which kind a member is",
        status_code=200,
        operation_class=Repeatable,
    )
    async def reach(
        self,
        id_: FromPath[UUID],
        data: JSONBody[NewDetails],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Said:
        """By the holder, or whoever appoints to the role."""
        given = Given(id_, Reached(data.phone, data.hours), data.category)
        return await set_details(pool, by, given, at)


class LetterheadItem(BaseModel):
    """What acts are printed on: who issues them, where, the words before the points, and the last point."""

    issuer: str
    place: str = ""
    preamble: str = ""
    control: str = ""


class Letterheads(Controller):
    """Letterheads of acts."""

    path = "/api/v1/letterheads/{code:str}"
    tags = ("appointments",)
    security = SIGNED_IN

    @get(summary="What the acts of a municipality, or of the region, are printed on")
    async def read(
        self, code: FromPath[str], pool: NamedDependency[Pool], by: NamedDependency[Staff]
    ) -> LetterheadItem:
        """Empty where none is set. A foreign municipality is answered 404."""
        async with pool.acquire() as db, db.transaction():
            place = await whose(db, by, code)
            found = await letterheads.of_tenant(db, place.tenant)
        return LetterheadItem.model_validate(found, from_attributes=True)

    @post(
        summary="Set what acts are printed on; those of before are printed so, too",
        status_code=200,
        operation_class=Repeatable,
    )
    async def set_(
        self,
        code: FromPath[str],
        data: JSONBody[LetterheadItem],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> LetterheadSet:
        """Its Head decides, the clerk for the Head; the administrator for the region's acts."""
        given = NewLetterhead(code, Letterhead(data.issuer, data.place, data.preamble, data.control))
        return await set_letterhead(pool, by, given, at)
