"""Pages: a summary, with the figures that the system has counted."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.structure import CampaignDefined
from services.chassis.db.idempotency import Moment
from services.chassis.web.downloads import as_attachment
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, number_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.store import letterheads
from services.hierarchy.core.addresses import REPORTS
from services.hierarchy.reports.commands.ask_figures import ask_figures
from services.hierarchy.reports.commands.send_report import send_report
from services.hierarchy.reports.commands.write_report import Draft, write_report
from services.hierarchy.reports.domain.figures import COUNTS, FIGURES, IN_FULL, TypedNumber, added_by
from services.hierarchy.reports.domain.reports import Content, Report, themes_of
from services.hierarchy.reports.printing import ReportPress
from services.hierarchy.reports.showing import Shown, show


class ReportPages(Controller):
    """A summary, as its author writes it and those above read it."""

    path = REPORTS + "/{id_:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def one(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The summary; `number`: an earlier version, `edit=1`: to be corrected."""
        return await _page(visit, id_)

    @get("/report.pdf")
    async def print_(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        report_press: NamedDependency[ReportPress],
    ) -> Response[bytes]:
        """The summary to be printed, as it was sent last or is written."""
        shown = await _shown(visit, id_)
        async with visit.pool.acquire() as db, db.transaction():
            head = await letterheads.of_tenant(db, shown.report.municipality)
        body = await report_press.printed(shown, head)
        headers = as_attachment(f"Сводка {shown.report.period.last:%Y-%m-%d}.pdf")
        return Response(body, media_type="application/pdf", headers=headers)

    @post("/sending")
    async def send(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """It goes up the line, with what stands in the form."""
        form = await visit.sent()
        async with visit.refusing():
            await send_report(visit.pool, visit.who, id_, await visit.moment(), _typed(form, id_))
            return visit.go(f"{REPORTS}/{id_}", done="sent")
        return await _page(visit, id_)

    @post("/draft")
    async def write(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """It is kept, and not sent yet."""
        form = await visit.sent()
        async with visit.refusing():
            await write_report(visit.pool, visit.who, _typed(form, id_), await visit.moment())
            return visit.go(f"{REPORTS}/{id_}", done="written")
        return await _page(visit, id_)

    @post("/figures")
    async def figures(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """The figures of now are asked for; what is typed is kept."""
        form = await visit.sent()
        async with visit.refusing():
            # What is typed is kept before the page is left; a repeat of that changes nothing.
            await write_report(visit.pool, visit.who, _typed(form, id_), Moment(visit.now))
            await ask_figures(visit.pool, visit.who, id_, await visit.moment())
            return visit.go(f"{REPORTS}/{id_}", done="asked")
        return await _page(visit, id_)


def _typed(form: Form, id_: UUID) -> Draft:
    declared = [TypedNumber(name, form.of(f"number-{name}"), form.of(f"reason-{name}")) for name in FIGURES]
    return Draft(id_, form.of("notes"), themes_of(form.of("groups")), declared)


async def _shown(visit: Visit[Staff], id_: UUID) -> Shown:
    async with visit.pool.acquire() as db, db.transaction():
        number = number_of(visit.query.get("number", ""))
        to_write = visit.request.method == "POST" or visit.query.get("edit") == "1"
        return await show(db, visit.who, id_, number, to_write=to_write)


async def _page(visit: Visit[Staff], id_: UUID) -> Response[str]:
    shown = await _shown(visit, id_)
    report, content = shown.report, shown.content
    writes = shown.written and not shown.number
    if writes and visit.request.method == "GET":
        visit.form.values |= _filled(content)
    return await visit.page(
        "reports/report.html",
        shown=shown,
        report=report,
        content=content,
        address=f"{REPORTS}/{id_}",
        writes=writes,
        late=report.is_late(visit.now),
        labels=FIGURES,
        counts=COUNTS,
        names=IN_FULL,
        known=content.figures,
        computed=content.computed,
        reasons={each.figure: each for each in content.declared},
        compared=bool(content.declared) or content.differs,
        breakdowns=breakdowns(content, shown.view.campaign),
        titles=_titles(report) if shown.view.campaign.open else "",
        done=visit.query.get("done", ""),
    )


def _titles(report: Report) -> str:
    """Which initiatives a summary tells of, as an address of intake says it."""
    whose = "organization" if report.organization else "group"
    of = report.organization or report.working_group
    return urlencode({whose: of, "first": report.period.first, "last": report.period.last})


def _filled(content: Content) -> dict[str, str]:
    """The form as the summary is written."""
    numbers = {f"number-{each.figure}": str(each.number) for each in content.declared}
    reasons = {f"reason-{each.figure}": each.reason for each in content.declared}
    themes = "\n".join(each.words for each in content.themes)
    return {"notes": content.notes, "groups": themes} | numbers | reasons


TITLES = {"by_direction": "По направлениям", "by_form": "По форме", "by_position": "По характеру инициаторов"}


def breakdowns(content: Content, campaign: CampaignDefined) -> dict[str, list[tuple[str, int]]]:
    """Each breakdown by its title, with the names of the campaign, the largest part first."""
    counted = [content.counted] if content.lines is None else [line.counted for line in content.lines]
    words = {term.code: term.name for term in campaign.directions}
    words |= {value.code: value.name for each in campaign.classifiers for value in each.values}
    return {
        TITLES[name]: sorted(
            ((words.get(code, code), n) for code, n in found.items()), key=lambda each: (-each[1], each[0])
        )
        for name, found in added_by(counted).items()
    }
