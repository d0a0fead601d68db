"""Pages: figures that municipalities without access of their own reported."""

from datetime import date

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from contracts.reported import ReportSource
from services.chassis.tables.cells import whole_number
from services.chassis.web.forms import Form, Option, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.region import Picture
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.office import OFFICE
from services.intake.federal.commands.report_figures import report_figures
from services.intake.federal.domain.reported import NOTE_LONGEST, SOURCES, Report
from services.intake.federal.domain.rows import date_of
from services.intake.federal.reading import Reader

ADDRESS = "/federal/reported"


class ReportedPages(Controller):
    """Figures by word of mouth."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE

    @get()
    async def listed(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """What stands, and a form for more. `municipality`: every version of one."""
        return await _page(visit, known)

    @post()
    async def report(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Answer:
        """They stand from now on."""
        form = await visit.sent()
        async with visit.refusing():
            done = await report_figures(visit.pool, known, visit.who, _report(form), await visit.moment())
            return visit.go(ADDRESS, municipality=done.municipality, done="reported")
        return await _page(visit, known)


def _before(picture: Picture, home: str, code: str) -> str:
    """The name of one that was transformed; none of the one that it became."""
    return "" if code == home else picture.name_of(code)


def _report(form: Form) -> Report:
    source = form.of("source")
    return Report(
        municipality=form.of("municipality"),
        registered=whole_number(form.of("registered")),
        submitted=whole_number(form.of("submitted")),
        as_of=_day(form.of("as_of")),
        source=ReportSource(source) if source in set(ReportSource) else None,
        note=form.of("note"),
    )


def _day(given: str) -> date | None:
    return date_of(given.strip())


async def _page(visit: Visit[Staff], known: Subordination) -> Response[str]:
    reader, picture = Reader(visit.pool, known, visit.who), known.picture
    places, found = reader.places(), await reader.reported()
    chosen = visit.query.get("municipality", "")
    versions = await reader.versions(chosen) if chosen in places else []
    if not visit.form.values and chosen in places:
        visit.form = Form({"municipality": chosen})
    return await visit.page(
        "federal/reported.html",
        places=[Option(code, picture.name_of(code)) for code in places],
        sources=[Option(code.value, name) for code, name in SOURCES.items()],
        source_names=SOURCES,
        standing=[
            (picture.name_of(home), _before(picture, home, code), found[code])
            for home in places
            for code in picture.founders(home)
            if code in found
        ],
        versions=[(_before(picture, chosen, each.municipality), each) for each in versions],
        chosen=picture.name_of(chosen) if versions else "",
        note_limit=NOTE_LONGEST,
        done=visit.query.get("done", ""),
    )
