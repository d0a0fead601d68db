"""Pages: the summaries that one writes, and the week as those see it who wait for them."""

from collections.abc import Iterator

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from contracts.appointments import Role
from contracts.structure import CampaignDefined
from services.chassis.days import day_of
from services.chassis.db import tenancy
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.tables import Cell, download, ending_of, files
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import REPORTS
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.forming import region_time
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import around
from services.hierarchy.reports.commands.look_at_report import own_of
from services.hierarchy.reports.commands.remind_of_reports import WHOLE, remind_of_reports
from services.hierarchy.reports.domain.cadence import monday
from services.hierarchy.reports.domain.figures import COUNTS, FIGURES, IN_FULL, Figure
from services.hierarchy.reports.showing import Picture, Row, picture
from services.hierarchy.reports.store import reports

OWN_AT_ONCE = 24
COLUMNS = ("Чья сводка", "Уровень", "Кто отправляет", "Состояние", "Отправлена", "Версия")


class ReportLists(Controller):
    """All summaries that somebody writes or waits for."""

    path = REPORTS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def list_(self, visit: NamedDependency[Visit[Staff]]) -> Response[str] | Response[bytes]:
        """One's own, and others' of a `week`; `format=csv` or `xlsx`: as a file."""
        if ending := ending_of(visit.query):
            return await _file(visit, ending)
        return await _page(visit)

    @post("/reminder")
    async def remind(
        self, visit: NamedDependency[Visit[Staff]], entrance: NamedDependency[Entrance]
    ) -> Answer:
        """A letter to everybody whose summary of the week is missing."""
        form = await visit.sent()
        async with visit.refusing():
            week = day_of(form.of("week")) or visit.now.date()
            at = await visit.moment()
            done = await remind_of_reports(visit.pool, entrance, visit.who, monday(week), at)
            return visit.go(f"{REPORTS}?week={monday(week)}", reminded=done.reminded)
        return await _page(visit)


async def _picture(visit: Visit[Staff]) -> Picture | None:
    asked = day_of(visit.form.of("week") or visit.query.get("week", ""))
    async with visit.pool.acquire() as db, db.transaction():
        return await picture(db, visit.who, monday(asked) if asked else None, visit.now)


async def _page(visit: Visit[Staff]) -> Response[str]:
    organizations, groups = own_of(visit.who)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *around(visit.who))
        own = await reports.own(db, organizations, groups, OWN_AT_ONCE)
    seen = await _picture(visit)
    reminds = any(grant.role in (*WHOLE, Role.LEADER) for grant in visit.who.grants)
    return await visit.page(
        "reports/list.html",
        own=own,
        writes=bool(organizations or groups),
        picture=seen,
        older=_beside(seen, 1),
        newer=_beside(seen, -1),
        figures=FIGURES,
        counts=COUNTS,
        reminds=reminds,
        cadences=[
            *((grant.of, "") for grant in visit.who.grants if grant.role in WHOLE[:2]),
            *(
                (grant.municipality, grant.of)
                for grant in visit.who.grants
                if grant.role is Role.LEADER and grant.municipality
            ),
        ],
        downloads=files(REPORTS, week=str(seen.week)) if seen else {},
        moment_now=visit.now,
        reminded=visit.query.get("reminded", ""),
    )


def _beside(seen: Picture | None, step: int) -> str:
    """The week before (1) or behind (-1), if there is one."""
    if seen is None:
        return ""
    at = seen.weeks.index(seen.week) + step
    return str(seen.weeks[at]) if 0 <= at < len(seen.weeks) else ""


async def _file(visit: Visit[Staff], ending: str) -> Response[bytes]:
    seen = await _picture(visit)
    async with visit.pool.acquire() as db:
        campaign = await campaigns.current(db)
    head = [*COLUMNS]
    for name in IN_FULL.values():
        head += [name, f"{name}: по системе", f"{name}: разница"]
    rows = list(_rows(seen, campaign)) if seen else []
    week = f" за неделю с {seen.week}" if seen else ""
    return await download(f"Сводки{week}", ending, head, rows, region_time(campaign, visit.now))


def _rows(seen: Picture, campaign: CampaignDefined | None) -> Iterator[list[Cell]]:
    for group in seen.groups:
        for row in (group.own, *group.lines):
            if row:
                figures = group.figures if row.report.of_group else row.figures
                numbers = (cell for name in IN_FULL for cell in _numbers(figures[name]))
                yield [*_cells(row, campaign), *numbers]


def _cells(row: Row, campaign: CampaignDefined | None) -> list[Cell]:
    report = row.report
    state = "отправлена" if report.number else "не пришла в срок" if row.late else "ещё не отправлена"
    level = "рабочая группа" if report.of_group else "координатор"
    sent = f"{region_time(campaign, report.sent_at):%d.%m.%Y %H:%M}" if report.sent_at else None
    return [report.name, level, row.writer, state, sent, report.number or None]


def _numbers(figure: Figure) -> tuple[Cell, Cell, Cell]:
    return figure.stated, figure.counted, None if figure.counted is None else figure.difference
