"""Pages: the line of a municipality, for everybody: numbers, hours, and what else there is."""

from litestar import Response, get
from litestar.di import NamedDependency

from services.chassis.text import one_line
from services.chassis.web.forms import Option
from services.chassis.web.visits import Visit
from services.directory import region
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.lines.domain.lines import LANGUAGES
from services.hotline.lines.showing import shown
from services.hotline.lines.store import lines

AT_ONCE = 50


@get("/hotline/about", include_in_schema=False)
async def about(visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Response[str]:
    """Of a municipality; which one is asked where the address does not say it. Raises NotFound."""
    return await _page(visit, known)


@get("/hotline/contacts", include_in_schema=False)
async def contacts(visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Response[str]:
    """For htmx the line alone, to stand in a page of any service; without JavaScript the same page."""
    if not visit.request.headers.get("hx-request"):
        return await _page(visit, known)
    code = visit.query.get("municipality", "")
    values = await _of(visit, known, code) if code in known.picture.municipalities else {"found": []}
    return await visit.page("lines/reached.html", code=code, **values)


async def _page(visit: Visit[Staff], known: Known) -> Response[str]:
    code = visit.query.get("municipality", "")
    if not code:
        return await _choice(visit, known)
    async with visit.refusing():
        place = known.picture.municipality(code)
        return await visit.page(
            "lines/about.html", place=place, code=code, languages=LANGUAGES, **await _of(visit, known, code)
        )
    return await _choice(visit, known)


async def _choice(visit: Visit[Staff], known: Known) -> Response[str]:
    typed = one_line(visit.query.get("q", ""))[:200]
    picture = known.picture
    found = region.search(picture.present, typed, AT_ONCE + 1)
    options = [Option(each.code, each.name, picture.name_of(each.parent)) for each in found[:AT_ONCE]]
    return await visit.page("lines/choice.html", q=typed, found=options, many=len(found) > AT_ONCE)


async def _of(visit: Visit[Staff], known: Known, code: str) -> dict[str, object]:
    code = known.picture.successors.get(code, code)
    async with visit.pool.acquire() as db:
        found = await lines.of(db, known, code, visit.now)
    return {"found": [shown(known, line, visit.now) for line in found]}
