"""Pages: the production calendar (производственный календарь)."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from babel.dates import get_month_names
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from contracts.appointments import Role
from services.chassis.days import EARLIEST, LATEST
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, number_of
from services.chassis.web.pages import LOCALE
from services.chassis.web.visits import Answer, Visit
from services.directory.calendar import FULL, Calendar
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.authority import administrator
from services.hierarchy.territory.commands.set_calendar import NewCalendar, set_calendar
from services.hierarchy.territory.domain import calendar
from services.hierarchy.territory.domain.calendar import Typed, Year
from services.hierarchy.territory.store import calendars

ADDRESS = "/cabinet/calendar"
FIELDS = ("days_off", "worked", "shortened")
MONTHS = [name.capitalize() for _, name in sorted(get_month_names("wide", "stand-alone", LOCALE).items())]


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its days in weeks, each with its hours, and their sums. None stands before the first."""

    name: str
    weeks: list[list[tuple[date, int] | None]]
    working_days: int
    hours: int


class CalendarPages(Controller):
    """Which days count when a deadline is counted; the administrator enters them."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def read(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """A year, day by day."""
        given = visit.query.get("year", "")
        asked = number_of(given) if len(given) == 4 else None
        return await _page(visit, visit.now.year if asked is None else asked)

    @post()
    async def enter(self, visit: NamedDependency[Visit[Staff]]) -> Answer:
        """The days of a year, new or corrected, and back to it."""
        form = await visit.sent()
        year = number_of(form.of("year").strip(), longest=4)
        async with visit.refusing():
            given = NewCalendar(_typed(form, year), number_of(form.of("version"), longest=8) or 0)
            done = await set_calendar(visit.pool, visit.who, given, await visit.moment())
            return visit.go(ADDRESS, year=done.year, done="set")
        administrator(visit.who)
        return await _page(visit, year or visit.now.year)


def _typed(form: Form, year: int | None) -> Typed:
    return Typed(year, *(calendar.listed(form.of(name)) for name in FIELDS))


async def _page(visit: Visit[Staff], year: int) -> Response[str]:
    edits = visit.who.holds(Role.ADMINISTRATOR)
    async with visit.pool.acquire() as db:
        known = await calendars.all_by_year(db)
    stands = known.get(year)
    enters = edits and EARLIEST.year <= year <= LATEST.year
    if enters:
        visit.form.values = _filled(stands, year) | visit.form.values
    months = _months(stands.calendar) if stands else []
    return await visit.page(
        "territory/calendar.html",
        year=year,
        years=sorted({*known, *({max(known, default=year) + 1} if edits else ())}),
        months=months,
        edits=enters,
        basis=stands.basis if stands else "",
        done=visit.query.get("done", ""),
        full=FULL,
        working_days=sum(month.working_days for month in months),
        hours=sum(month.hours for month in months),
    )


def _filled(stands: Year | None, year: int) -> dict[str, str]:
    """The form of a year as it stands; of one that is not there, with the holidays that the law names."""
    of = stands.calendar if stands else calendar.by_law(year)
    days = {name: calendar.written(getattr(of, name)) for name in FIELDS}
    return days | {"year": str(year), "version": str(stands.version if stands else 0)}


def _months(of: Calendar) -> list[Month]:
    return [
        _month(name, [(day, of.hours(day)) for day in days])
        for name, (_, days) in zip(MONTHS, groupby(of.days(), key=lambda day: day.month), strict=True)
    ]


def _month(name: str, days: list[tuple[date, int]]) -> Month:
    cells = [*[None] * days[0][0].weekday(), *days]
    weeks = [cells[n : n + 7] for n in range(0, len(cells), 7)]
    worked = [hours for _, hours in days if hours]
    return Month(name, weeks, len(worked), sum(worked))
