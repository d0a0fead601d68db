"""Pages: answers found while typing, and those that everybody reads."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.phones import spoken_phone
from services.chassis.text import one_line
from services.chassis.web.forms import Option, uuid_of
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.region import Picture, search
from services.directory.staff import RENEWAL
from services.hotline.answers.choices import around, default_place, theme_names, theme_options
from services.hotline.answers.domain.answers import QUERY_LONGEST, drafting
from services.hotline.answers.domain.placeholders import Placeholder, fill
from services.hotline.answers.store import answers
from services.hotline.answers.store.answers import FOUND, Sought, Usable
from services.hotline.core.authority import authority
from services.hotline.core.domain.themes import Theme
from services.hotline.core.region import Known
from services.hotline.core.store import themes
from services.hotline.lines.store import lines

MOST_PLACES, MOST_ANSWERS = 12, 500
NO_LINE = "номер на странице «К кому обратиться»"


class AnswerSearch(Controller):
    """What somebody may send who answers an inquiry."""

    path = "/hotline/answers/found"
    include_in_schema = False
    exception_handlers = RENEWAL

    @get()
    async def found(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
    ) -> Response[str]:
        """A page with its search, or for htmx the found ones alone, to stand in another page."""
        place = visit.query.get("municipality") or default_place(known, visit.who)
        authority(visit.who, drafting(place), place)
        places = around(known, place, visit.now)
        query, theme = _typed(visit, "q"), visit.query.get("theme", "")
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *places)
            every = await themes.every(db)
            found = await answers.found(db, Sought(places, theme, query, limit=FOUND))
        values: dict[str, Any] = {
            "found": found,
            "query": query,
            "place": place,
            "theme_names": theme_names(every),
            "origins": _origins(known.picture, places),
            "case": uuid_of(visit.query.get("case", "")),
        }
        if visit.request.headers.get("hx-request"):
            return visit.kit.pages.render(visit.request, "answers/found_list.html", **values)
        return await visit.page("answers/found.html", **values)


@get("/hotline/answers", include_in_schema=False)
async def questions_and_answers(
    visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
) -> Response[str]:
    """Answers that everybody reads: of a municipality and the region, by theme; found by words."""
    picture = known.picture
    asked = visit.query.get("municipality", "")
    place = picture.successors.get(asked, asked)
    home = place if place in picture.municipalities else REGION
    query, theme = _typed(visit, "q"), visit.query.get("theme", "")
    places = around(known, home, visit.now)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places)
        every = await themes.every(db)
        found = await answers.found(db, Sought(places, theme, query, open=True, limit=MOST_ANSWERS))
        reached = await lines.of(db, known, home, visit.now)
    facts = {
        Placeholder.MUNICIPALITY: picture.name_of(home) or "муниципальное образование",
        Placeholder.LINE: next((spoken_phone(line.phone) for line in reached if line.phone), NO_LINE),
    }
    visit.form.values = {"q": query, "theme": theme, "place_q": _typed(visit, "place_q")}
    return await visit.page(
        "answers/open.html",
        place=home if home != REGION else "",
        place_name=picture.name_of(home),
        query=query,
        themes=theme_options(every),
        sections=_sections(found, every, facts),
        places=_places(picture, visit.form.of("place_q")),
        everything=f"/hotline/answers?{urlencode({'municipality': place})}" if place else "/hotline/answers",
    )


def _typed(visit: Visit[Staff], name: str) -> str:
    return one_line(visit.query.get(name, ""))[:QUERY_LONGEST]


def _origins(picture: Picture, places: Sequence[str]) -> dict[str, str]:
    """From where an answer is, said of those alone that are not the municipality's own."""
    return {code: picture.name_of(code) or "Весь регион" for code in places[1:]}


def _sections(
    found: Sequence[Usable], every: Sequence[Theme], facts: dict[Placeholder, str]
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The name of each theme with its answers: id, question, text. In the order of the themes."""
    sections = list[tuple[str, list[tuple[str, str, str]]]]()
    for theme in every:
        of_theme = [(str(a.id), a.title, fill(a.text, facts)) for a in found if a.theme == theme.code]
        if of_theme:
            sections.append((theme.name, of_theme))
    return sections


def _places(picture: Picture, part: str) -> list[Option]:
    found = search(picture.present, part, MOST_PLACES)
    return [Option(m.code, m.name, picture.name_of(m.parent)) for m in found]
