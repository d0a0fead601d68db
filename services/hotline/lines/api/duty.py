"""HTTP: who is on duty at a line."""

from datetime import date
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority
from services.hotline.core.region import Known
from services.hotline.lines.commands.hand_over import Handed, Handing, accept_hand_over, hand_over
from services.hotline.lines.commands.set_shift import Duty, Set, Standing, remove_shift, set_shift, today_of
from services.hotline.lines.commands.swap_shifts import Swap, swap_shifts
from services.hotline.lines.store import duty


class NewShift(BaseModel):
    """From which day to which somebody is on duty; nobody named: whoever asks."""

    first_day: date
    last_day: date | None = None
    account: UUID | None = None


class TwoShifts(BaseModel):
    """The shifts whose people swap."""

    one: UUID
    other: UUID


class Note(BaseModel):
    """What is left to whoever comes next."""

    note: str


class ShiftItem(BaseModel):
    """Who is on duty, from one day to another, both with it."""

    id: UUID
    account: UUID
    name: str
    first_day: date
    last_day: date


class DutyPage(BaseModel):
    """The shifts from today on, and the ids of those that are on now."""

    items: list[ShiftItem]
    now: list[UUID]
    next: None = None


class LineDuty(Controller):
    """Who is on duty at a line."""

    path = "/api/v1/lines/{code:str}"
    tags = ("lines",)
    security = SIGNED_IN

    @get("/shifts", summary="Who is on duty from today on")
    async def shifts(
        self,
        code: FromPath[str],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> DutyPage:
        """For everybody who works in the municipality."""
        authority(by, Deed.WORK, code)
        today = today_of(known, at.now)
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, code)
            found = await duty.shifts(db, code, today)
            now = await duty.on_duty(db, code, today, at.now)
        items = [ShiftItem.model_validate(shift, from_attributes=True) for shift in found]
        return DutyPage(items=items, now=[shift.id for shift in now])

    @post("/shifts", summary="Put somebody on duty", operation_class=Repeatable)
    async def set(
        self,
        code: FromPath[str],
        data: JSONBody[NewShift],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Set:
        """Everybody puts themselves on duty, the leader of a working group and the Head anybody."""
        return await set_shift(pool, known, by, Duty(code, data.first_day, data.last_day, data.account), at)

    @post(
        "/shifts/{id_:uuid}/removal", summary="Take a shift off", status_code=200, operation_class=Repeatable
    )
    async def remove(
        self,
        code: FromPath[str],
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Set:
        """One's own, or anybody's for the leader of a working group and the Head."""
        return await remove_shift(pool, known, by, Standing(code, id_), at)

    @post("/swaps", summary="Swap two shifts", status_code=200, operation_class=Repeatable)
    async def swap(
        self,
        code: FromPath[str],
        data: JSONBody[TwoShifts],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Set:
        """Whoever has one of the two, the leader of a working group or the Head."""
        return await swap_shifts(pool, known, by, Swap(code, data.one, data.other), at)

    @post("/hand-overs", summary="Hand over a shift with what is open", operation_class=Repeatable)
    async def hand_over(
        self,
        code: FromPath[str],
        data: JSONBody[Note],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Handed:
        """Whoever is on duty today."""
        return await hand_over(pool, known, by, Handing(code, data.note), at)

    @post(
        "/hand-overs/{id_:uuid}/acceptance",
        summary="Take on what was left",
        status_code=200,
        operation_class=Repeatable,
    )
    async def accept(
        self,
        code: FromPath[str],
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Handed:
        """Whoever comes next."""
        return await accept_hand_over(pool, by, code, id_, at)
