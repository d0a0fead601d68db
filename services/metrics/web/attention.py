"""What needs attention today, as a fragment for other services' pages: each count leads to its very list."""

from collections.abc import Iterator
from dataclasses import dataclass

from litestar import Response, get
from litestar.di import NamedDependency

from services.chassis.web.pages import Pages
from services.chassis.web.requests import AnyRequest
from services.metrics.picture.figures import Figures
from services.metrics.picture.live import LiveFigures
from services.metrics.plan.progress import Progress
from services.metrics.web.calling import call
from services.metrics.web.choice import ALL, TABLE, TARGET, Choice
from services.metrics.web.picture import NAMED
from services.metrics.web.plan.beside import Beside
from services.metrics.web.rights import Rights
from services.metrics.web.table import Row, rows

HERE = "#municipalities"


@dataclass(frozen=True, slots=True)
class Listed:
    """How many are on a list, of whom (an SMO, where the list is narrowed down to it), and where it is."""

    n: int
    of: str
    href: str


@dataclass(frozen=True, slots=True)
class Lagging:
    """Who is behind what was expected, with the address of the page."""

    row: Row
    progress: Progress


@get("/region/attention", include_in_schema=False)
async def attention(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    figures: NamedDependency[LiveFigures],
    rights: NamedDependency[Rights],
) -> Response[str]:
    """Of all that is one's own: who lags most, who is silent, who is slow, and who has no target."""
    own, viewer = await rights.own(request), await rights.viewer(request)
    beside = Beside(figures, own, viewer.opens, viewer.calls)
    # By what the page compares is said: its own usual way may be another.
    table = Choice(view=TABLE, rank=TARGET if beside.exists else ALL, usual="")
    behind = lagging(figures, beside, table)
    return pages.render(
        request,
        "region_attention.html",
        campaign=figures.structure.campaign,
        lagging=behind,
        meeting=call([each.row.code for each in behind], beside.calls),
        all_by_lag=table.href(sort="-lag") + HERE,
        silent=list(silent(figures, beside, table)) if figures.silent_since else None,
        slow=Listed(len(beside.slow), "", table.only("slow") + HERE),
        missing=Listed(len(beside.missing), "", table.only("missing") + HERE),
        as_of=figures.as_of,
        zone=str(figures.zone),
    )


def lagging(figures: Figures, beside: Beside, table: Choice) -> list[Lagging]:
    """The first of the table by lag, as far as they are behind at all."""
    first = rows(figures, table.at(sort="-lag"), {}, beside)[:NAMED]
    known = [(row, row.standing.progress) for row in first]
    return [Lagging(row, progress) for row, progress in known if progress and (progress.lag or 0) > 0]


def silent(figures: Figures, beside: Beside, table: Choice) -> Iterator[Listed]:
    """In all that is shown, or SMO by SMO: the list of the silent is of the whole picture."""
    s = figures.structure
    if beside.is_whole:
        yield Listed(len(beside.silent), "", table.only("silent") + HERE)
        return
    for smo in sorted({smo for code in beside.codes if (smo := s.smo_of(code))}):
        members = {code for code in s.municipalities if s.smo_of(code) == smo}
        if members <= beside.codes:
            shown = table.at(smo=smo).only("silent") + HERE
            yield Listed(len(beside.silent & members), s.smos[smo].name if smo in s.smos else "", shown)
