"""HTTP: summaries up the line of subordination."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel

from contracts.results import Counted
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.paging import DEFAULT_LIMIT, LONGEST, cut
from services.directory.grants import Staff
from services.hierarchy.core.tenants import around
from services.hierarchy.reports.commands.ask_figures import FiguresAsked, ask_figures
from services.hierarchy.reports.commands.look_at_report import seen_by
from services.hierarchy.reports.commands.send_report import ReportSent, send_report
from services.hierarchy.reports.commands.write_report import Draft, Written, write_report
from services.hierarchy.reports.domain.cadence import monday
from services.hierarchy.reports.domain.figures import Figure, TypedNumber
from services.hierarchy.reports.domain.reports import Report, Theme
from services.hierarchy.reports.showing import Shown, show
from services.hierarchy.reports.store import reports
from services.hierarchy.reports.store.reports import Wanted


class SummaryItem(BaseModel):
    """A summary of a list. `number`: which version was sent last, 0: none; `differs`: whether a number was
    declared otherwise than it was counted."""

    id: UUID
    municipality: str
    level: str
    group: UUID
    organization: UUID | None
    name: str
    period_from: date
    period_to: date
    due_at: datetime
    moved: str
    number: int
    sent_at: datetime | None
    in_time: bool | None
    late: bool
    differs: bool


class SummaryPage(BaseModel):
    """Summaries; `next` is a path or null."""

    items: list[SummaryItem]
    next: str | None


class SummaryFigure(BaseModel):
    """What is counted (null: not known), what is stated, and the difference of what was declared to it."""

    counted: int | None
    stated: int | None
    difference: int


class SummaryTheme(BaseModel):
    """Initiatives put together, and how many, if that is said."""

    name: str
    number: int | None = None


class SummaryNumber(BaseModel):
    """A number that is declared, and why it is another than the counted one."""

    figure: str
    number: int
    reason: str = ""


class SummaryLine(BaseModel):
    """A coordinator's part in a group's; `number` 0: nothing was sent, the figures are the system's."""

    id: UUID
    name: str
    writer: str
    number: int
    notes: str
    figures: dict[str, SummaryFigure]


class Summary(SummaryItem):
    """A summary with what it says; `version`: as it was sent, 0: as it is written now. `as_of`: of its
    figures, null while there are none."""

    version: int
    as_of: datetime | None
    figures: dict[str, SummaryFigure]
    counted: Counted | None
    notes: str
    groups: list[SummaryTheme]
    declared: list[SummaryNumber]
    lines: list[SummaryLine]


class SummaryGiven(BaseModel):
    """Notes, initiatives put together by theme, and numbers that are known to be otherwise."""

    notes: str = ""
    groups: list[SummaryTheme] = []
    declared: list[SummaryNumber] = []

    def typed(self, id_: UUID) -> Draft:
        """As a form would send it."""
        declared = [TypedNumber(each.figure, str(each.number), each.reason) for each in self.declared]
        return Draft(id_, self.notes, [Theme(each.name, each.number) for each in self.groups], declared)


class Summaries(Controller):
    """Summaries (сводки)."""

    path = "/api/v1/reports"
    tags = ("reports",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="Summaries that one writes, or that people below write")
    async def list_(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        period: Annotated[date | None, QueryParameter()] = None,
        which: Annotated[str, QueryParameter(max_length=20)] = "",
        before: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> SummaryPage:
        """The latest first: all, or `due`, `late`, `sent`; `period`: of the week of this day."""
        wanted = Wanted(monday(period) if period else None, which, before)
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, *around(by))
            found = await reports.seen(db, seen_by(by), wanted, at.now, limit + 1)
        asked: dict[str, str | int] = {"period": str(period or ""), "which": which, "limit": limit}
        items, next_ = cut(self.path, asked, found, "id")
        next_ = next_.replace("after=", "before=") if next_ else None
        return SummaryPage(items=[SummaryItem(**_item(each, at.now)) for each in items], next=next_)

    @get("/{id_:uuid}", summary="A summary, as it is written or was sent")
    async def one(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        version: Annotated[int | None, QueryParameter(ge=1)] = None,
    ) -> Summary:
        """404 for one that is neither one's own nor of anybody below; `version`: an earlier one."""
        async with pool.acquire() as db, db.transaction():
            return _summary(await show(db, by, id_, version), at.now)

    @put("/{id_:uuid}", summary="Write a summary", operation_class=Repeatable)
    async def write(
        self,
        id_: FromPath[UUID],
        data: JSONBody[SummaryGiven],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Written:
        """200; it is not sent yet. What was sent stays as it was."""
        return await write_report(pool, by, data.typed(id_), at)

    @post("/{id_:uuid}/sending", summary="Send a summary", status_code=200, operation_class=Repeatable)
    async def send(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> ReportSent:
        """200; what says the same as the last version is not sent again."""
        return await send_report(pool, by, id_, at)

    @post(
        "/{id_:uuid}/figures",
        summary="Ask for a summary's figures as they are now",
        status_code=200,
        operation_class=Repeatable,
    )
    async def figures(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> FiguresAsked:
        """200 with the request; the figures come a moment later."""
        return await ask_figures(pool, by, id_, at)


def _item(report: Report, now: datetime) -> dict[str, object]:
    return {
        "id": report.id,
        "municipality": report.municipality,
        "level": report.level,
        "group": report.working_group,
        "organization": report.organization,
        "name": report.name,
        "period_from": report.period.first,
        "period_to": report.period.last,
        "due_at": report.due_at,
        "moved": report.moved,
        "number": report.number,
        "sent_at": report.sent_at,
        "in_time": report.in_time,
        "late": report.is_late(now),
        "differs": report.differs,
    }


def _summary(shown: Shown, now: datetime) -> Summary:
    content = shown.content
    return Summary.model_validate(
        {
            **_item(shown.report, now),
            "version": shown.number,
            "as_of": content.as_of,
            "figures": _figures(content.figures),
            "counted": content.counted,
            "notes": content.notes,
            "groups": [{"name": each.name, "number": each.number} for each in content.themes],
            "declared": [
                {"figure": each.figure, "number": each.number, "reason": each.reason}
                for each in content.declared
            ],
            "lines": [
                {
                    "id": line.report,
                    "name": line.name,
                    "writer": line.by or shown.writers.get(line.report, ""),
                    "number": line.number,
                    "notes": line.notes,
                    "figures": _figures(line.figures),
                }
                for line in content.lines or ()
            ],
        }
    )


def _figures(figures: dict[str, Figure]) -> dict[str, dict[str, int | None]]:
    return {
        name: {"counted": each.counted, "stated": each.stated, "difference": each.difference}
        for name, each in figures.items()
    }
