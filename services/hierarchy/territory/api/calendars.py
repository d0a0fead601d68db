"""HTTP: the production calendars."""

from datetime import date

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from pydantic import BaseModel

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.hierarchy.territory.commands.set_calendar import CalendarSet, NewCalendar, set_calendar
from services.hierarchy.territory.domain.calendar import Typed
from services.hierarchy.territory.store import calendars


class CalendarItem(BaseModel):
    """A year: weekdays that are off, weekends that are worked, days that are an hour shorter. `basis` says
    what a year stands on that has no decree yet."""

    year: int
    version: int
    days_off: list[date]
    worked: list[date]
    shortened: list[date]
    basis: str


class CalendarPage(BaseModel):
    """Every year that has a calendar, the earliest first."""

    items: list[CalendarItem]
    next: None = None


class TypedCalendar(BaseModel):
    """A year, days as 2027-12-31 or «31.12». `seen`: the version that is corrected, 0 for none; without it,
    whatever stands is replaced."""

    year: int
    days_off: list[str]
    worked: list[str] = []
    shortened: list[str] = []
    seen: int | None = None


class ProductionCalendars(Controller):
    """Production calendars."""

    path = "/api/v1/calendars"
    tags = ("calendars",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="The production calendars by which working days are counted")
    async def known(self, pool: NamedDependency[Pool], by: NamedDependency[Staff]) -> CalendarPage:
        """For the whole staff."""
        async with pool.acquire() as db:
            years = await calendars.all_by_year(db)
        items = [
            CalendarItem(
                **year.defined().model_dump(include=set(CalendarItem.model_fields)), basis=year.basis
            )
            for year in years.values()
        ]
        return CalendarPage(items=items)

    @post(summary="Enter the calendar of a year, or correct it", operation_class=Repeatable)
    async def enter(
        self,
        data: JSONBody[TypedCalendar],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> CalendarSet:
        """201 with the version; 404 for anybody but an administrator of the region."""
        typed = Typed(data.year, data.days_off, data.worked, data.shortened)
        return await set_calendar(pool, by, NewCalendar(typed, data.seen), at)
