"""Pages: the production calendar (производственный календарь)."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from babel.dates import get_month_names
from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.errors import Invalid
from services.chassis.web.forms import number_of
from services.chassis.web.pages import LOCALE
from services.chassis.web.visits import Visit
from services.directory.calendar import FULL, Calendar
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.territory.domain import calendar

MONTHS = [name.capitalize() for _, name in sorted(get_month_names("wide", "stand-alone", LOCALE).items())]


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its days in weeks, each with its hours, and their sums. None stands before the first."""

    name: str
    weeks: list[list[tuple[date, int] | None]]
    working_days: int
    hours: int


class CalendarPages(Controller):
    """Which days count when a deadline is counted."""

    path = "/cabinet/calendar"
    include_in_schema = False
    exception_handlers = RENEWAL

    @get()
    async def read(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """A year, day by day."""
        _ = visit.who  # raises: for the staff alone
        given = visit.query.get("year", "")
        asked = number_of(given) if len(given) == 4 else None
        year = visit.now.year if asked is None else asked
        months, missing = list[Month](), ""
        try:
            months = _months(calendar.of_year(year))
        except Invalid as refusal:
            missing = visit.kit.sentences(refusal.slug, refusal.facts)
        return await visit.page(
            "territory/calendar.html",
            year=year,
            years=calendar.years(),
            months=months,
            missing=missing,
            full=FULL,
            working_days=sum(month.working_days for month in months),
            hours=sum(month.hours for month in months),
        )


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
