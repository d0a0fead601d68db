"""HTTP: the regulation: what is promised, for everybody, and how it is set."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from contracts.appointments import Step, WorkingDay
from contracts.event import REGION
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.requests import AnyRequest
from services.directory.grants import Staff
from services.directory.regulation import HOUR, Promise
from services.hierarchy.accounts.kit import StaffKit
from services.hierarchy.regulation.commands.look_at_regulation import look_at_regulation
from services.hierarchy.regulation.commands.set_regulation import (
    NewRegulation,
    RegulationSet,
    set_regulation,
)
from services.hierarchy.regulation.domain.typed import TypedAct, TypedDay


def _no_truth(given: object) -> object:
    """True is no number."""
    if isinstance(given, bool):
        raise PydanticCustomError("number", "A number is expected")
    return given


Hours = Annotated[int | float | str, BeforeValidator(_no_truth)]
"""Also as it is typed: what is no number is refused at its field."""


class WorkingHours(BaseModel):
    """When a weekday is worked and when lunch is, by the clocks of the region, as 09:00."""

    begins: str
    ends: str
    lunch_begins: str | None = None
    lunch_ends: str | None = None


class Working(BaseModel):
    """The working week from Monday to Sunday, null where it is not worked, and the time zone. Which days are
    off, worked or shortened besides says the production calendar."""

    week: list[WorkingHours | None]
    time_zone: str


class RegulationItem(BaseModel):
    """Within how many working hours a step is due, by which version of whom."""

    step: Step
    hours: float
    version: int
    from_day: date
    source: Literal["region", "municipality"]


class Regulation(BaseModel):
    """What is promised today."""

    items: list[RegulationItem]
    working: Working
    next: None = None


class RegulationAct(BaseModel):
    """The act of the Head."""

    number: str
    day: str


class RegulationText(BaseModel):
    """Hours by step, the week if it changes, and from which day; of a municipality by an act, of the region
    without one. What is not given stays. `seen`: the version that is replaced, 0 for none; without it,
    whatever stands."""

    municipality: str | None = None
    hours: dict[str, Hours] = {}
    week: Annotated[list[WorkingHours | None], Field(max_length=100)] | None = None
    from_day: str
    act: RegulationAct | None = None
    seen: int | None = None


class Regulations(Controller):
    """The regulation."""

    path = "/api/v1/regulation"
    tags = ("regulation",)
    request_max_body_size = LONGEST_FORM

    @get(summary="Within how much working time each step is due, and when is working time")
    async def promised(
        self,
        request: AnyRequest,
        pool: NamedDependency[Pool],
        kit: NamedDependency[StaffKit],
        municipality: Annotated[str | None, QueryParameter(pattern="^[0-9]{8}$")] = None,
    ) -> Regulation:
        """For everybody: of a municipality, where its Head has adapted it, else the region's. 404
        `regulation-without-campaign` before the region's first campaign."""
        async with pool.acquire() as db, db.transaction():
            looked = await look_at_regulation(db, municipality, kit.now(request))
        stands = looked.stands
        return Regulation(
            items=[_item(each) for each in looked.promises.values()],
            working=Working(week=[_hours(each) for each in stands.week], time_zone=stands.time_zone),
        )

    @post(
        summary="Set a municipality's regulation by an act, or the region's default",
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def set(
        self,
        data: JSONBody[RegulationText],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> RegulationSet:
        """201 with the number of the version. 409 `regulation-changed` if another one stands than was
        seen."""
        new = NewRegulation(
            municipality=data.municipality,
            from_day=data.from_day,
            hours={step: str(hours) for step, hours in data.hours.items()},
            week=None if data.week is None else [_typed(each) for each in data.week],
            act=TypedAct(data.act.number, data.act.day) if data.act else None,
            seen=data.seen,
        )
        return await set_regulation(pool, by, new, at)


def _item(each: Promise) -> RegulationItem:
    version = each.version
    return RegulationItem(
        step=each.step,
        hours=float(Decimal(each.minutes) / HOUR),
        version=version.number,
        from_day=version.from_day,
        source=REGION if version.municipality is None else "municipality",
    )


def _hours(day: WorkingDay | None) -> WorkingHours | None:
    if day is None:
        return None
    lunch = (_written(each) if each else None for each in (day.lunch_begins, day.lunch_ends))
    return WorkingHours(
        begins=_written(day.begins),
        ends=_written(day.ends),
        **dict(zip(("lunch_begins", "lunch_ends"), lunch, strict=True)),
    )


def _written(hour: time) -> str:
    return f"{hour:%H:%M}"


def _typed(day: WorkingHours | None) -> TypedDay | None:
    return TypedDay(day.begins, day.ends, day.lunch_begins or "", day.lunch_ends or "") if day else None
