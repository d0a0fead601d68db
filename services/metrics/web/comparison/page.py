"""Page: the municipalities as of the end of a day, in any order, beside another day; also as a file."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency

from contracts.structure import CampaignDefined
from services.chassis.days import end_of
from services.chassis.errors import Invalid, NotFound
from services.chassis.web.forms import Form
from services.chassis.web.pages import Pages, day
from services.chassis.web.problems import Sentences
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tables import Cell, download, ending_of, files
from services.directory.staff import RENEWAL
from services.metrics.domain import COUNTERS, REGISTERED, SUBMITTED
from services.metrics.picture.comparison import SMO, AsOf, of_level, together
from services.metrics.picture.figures import Figures
from services.metrics.picture.live import LiveFigures
from services.metrics.picture.structure import alphabet
from services.metrics.plan.progress import Progress
from services.metrics.web import exports, picture
from services.metrics.web.calling import call
from services.metrics.web.comparison.api import Pair, as_of_days, usual_day
from services.metrics.web.comparison.compared import (
    ADDRESS,
    DIFFERENCE,
    LETTER,
    MISSING,
    NAME,
    SLOW,
    SORTS,
    Compared,
    check_day,
)
from services.metrics.web.measure import Value
from services.metrics.web.picture import breakdown
from services.metrics.web.plan import columns
from services.metrics.web.rights import Rights


@dataclass(frozen=True, slots=True)
class Row:
    """A place as a row: its counter beside its target, by the end of the day."""

    standing: AsOf
    name: str
    district: str
    smo: str
    href: str
    apart: bool
    """Whether the target, and so the fact, is without settlements that it has."""
    fact: int
    progress: Progress | None
    place: int | None
    difference: int | None

    @property
    def is_slow(self) -> bool:
        """Whether it is far behind."""
        return self.progress is not None and self.progress.is_slow

    def figure(self, column: str) -> Value:
        """What the table is sorted by."""
        progress = self.progress
        if column in ("target", "share", "expected", "pace", "lag"):
            return getattr(progress, column) if progress else None
        return {"fact": self.fact, "place": self.place, DIFFERENCE: self.difference}[column]


class Table:
    """Makes the rows of a comparison of what somebody sees."""

    def __init__(self, pair: Pair, figures: Figures, whole: Figures, chosen: Compared) -> None:
        self._pair, self._chosen, self._structure = pair, chosen, whole.structure
        self._sees = frozenset(figures.structure.municipalities)
        self._codes = {c for c in self._sees if chosen.smo in ("", whole.structure.smo_of(c) or "")}

    def rows(self) -> list[Row]:
        """The rows that were asked for, in their order; equals by name."""
        chosen = self._chosen
        standings = of_level(self._pair.board, chosen.level, self._sees, self._codes)
        found = [row for s in standings if self._is_wanted(row := self.row(s, chosen.show))]
        found.sort(key=lambda row: alphabet(row.name))
        column, down = chosen.sort.removeprefix("-"), chosen.sort.startswith("-")
        if column == NAME:
            return found[::-1] if down else found
        return sorted(found, key=lambda row: _by_figure(row.figure(column), down))

    def whole(self) -> Row:
        """All of them together, whatever the filter says but for the SMO."""
        return self.row(together(self._pair.board, "region", "", "Всего", self._codes), self._chosen.show)

    def _is_wanted(self, row: Row) -> bool:
        listed = {
            SLOW: row.is_slow,
            MISSING: row.standing.is_missing,
            LETTER: row.standing.confirmed is False,
        }
        return listed.get(self._chosen.only, True) and self._chosen.matches(f"{row.name} {row.district}")

    def row(self, standing: AsOf, counter: str) -> Row:
        """One place by a counter."""
        m, s = standing.municipality, self._structure
        progress, place = standing.progress.get(counter), standing.places.get(counter)
        codes = standing.goal.codes if standing.goal and m else standing.codes
        fact = self._pair.board.figure(codes, counter)
        district, smo = s.municipalities.get((m and m.parent) or ""), s.smos.get((m and m.smo) or "")
        return Row(
            standing=standing,
            name=standing.name,
            district=district.name if district else "",
            smo=smo.name if smo else "",
            href=breakdown(standing.code) if m else "",
            apart=len(codes) < len(standing.codes),
            fact=fact,
            progress=progress,
            place=place.nth if place else None,
            difference=fact - self._pair.beside.figure(codes, counter) if self._pair.beside else None,
        )


def _by_figure(value: Value, down: bool) -> tuple[bool, float]:
    """The unknown last, in either order."""
    return value is None, -(value or 0) if down else (value or 0)


@get(ADDRESS, include_in_schema=False, exception_handlers=RENEWAL)
async def comparison_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    pool: NamedDependency[Pool],
    figures: NamedDependency[LiveFigures],
    rights: NamedDependency[Rights],
    sentences: NamedDependency[Sentences],
) -> Response[str] | Response[bytes]:
    """All that is one's own, as of the end of a day (`day`), beside another one (`to`)."""
    own, ending = await rights.of_own(request), ending_of(request.query_params)
    campaign = own.structure.campaign
    if campaign is None:
        raise NotFound("campaign-not-open")
    asked = Compared.of(dict(request.query_params.items()))
    form = Form({"day": asked.day or usual_day(campaign, figures.day).isoformat(), "to": asked.to})
    on, other = (_day(form, field, campaign, figures, sentences) for field in ("day", "to"))
    around: dict[str, Any] = {
        "asked": asked,
        "campaign": campaign,
        "region": campaign.name,
        "demonstration": campaign.demonstration,
        "staff": True,
        "form": form,
        "first_day": campaign.first_day.isoformat(),
        "last_day": figures.day.isoformat(),
    }
    if form.errors or on is None:
        return pages.render(request, "region_comparison.html", 422, **around, shown=False)
    pair = await as_of_days(pool, figures, on, other)
    table = Table(pair, own, figures, asked)
    if ending:
        return await _file(own, campaign, pair, table, ending)
    rows, viewer = table.rows(), await rights.viewer(request)
    return pages.render(
        request,
        "region_comparison.html",
        **around,
        shown=True,
        rows=rows,
        whole=None if asked.q or asked.only else table.whole(),
        opens=viewer.opens,
        meeting=call([row.standing.code for row in rows if row.href], viewer.calls) if asked.only else "",
        day=on,
        other=other,
        runs=on == figures.day,
        as_of=figures.as_of,
        zone=str(figures.zone),
        way=figures.plan.way_name,
        orders={column: asked.order(column) for column in SORTS},
        smos=picture.smos(own),
        of_smos=asked.level == SMO,
        files=files(ADDRESS, **(asked.query() | {"day": on.isoformat()})),
    )


def _day(
    form: Form, field: str, campaign: CampaignDefined, figures: Figures, sentences: Sentences
) -> date | None:
    if not (told := form.of(field)):
        return None
    try:
        return check_day(told, field, campaign, figures.day)
    except Invalid as refused:
        form.refuse(sentences, refused)
        return None


HEAD = (
    *("Код", "Название", "Район", "СМО", "Зарегистрировано", "Подано", "Индикатор", "По письму"),
    *(name for word in columns.WORDS.values() for name in (*columns.head(word), f"Место: {word}")),
)
BESIDE = ("Разница: зарегистрировано", "Разница: подано")


async def _file(
    figures: Figures, campaign: CampaignDefined, pair: Pair, table: Table, ending: str
) -> Response[bytes]:
    """All columns of both counters; filtered and sorted as the page is."""
    on, zone = pair.board.day, figures.zone
    head = (*HEAD, *(f"{name} с {day(pair.beside.day)}" for name in BESIDE)) if pair.beside else HEAD
    lines = [line_of(pair, row) for row in table.rows()]
    notes = {
        "На конец дня": f"{day(on)} {on.year}",
        **exports.notes_of(figures, campaign),
        **columns.notes(figures, "к началу дня" if pair.board.day == figures.day else "к концу дня"),
        "Место": "По доле индикатора среди муниципальных образований того же уровня и того же СМО.",
    }
    name = f"{campaign.name}, сравнение на {on.isoformat()}"
    return await download(name, ending, head, lines, min(end_of(on, zone), exports.as_of(figures)), notes)


def line_of(pair: Pair, row: Row) -> tuple[Cell, ...]:
    """A place as a line of the file."""
    s = row.standing
    code = s.code if s.municipality else ""
    by_letter = "да" if s.confirmed is False else ""
    figures = (s.figures[REGISTERED], s.figures[SUBMITTED])
    beside = pair.beside
    return (
        *(code, row.name, row.district, row.smo, *figures, columns.SCOPES[s.scope], by_letter),
        *(cell for counter in COUNTERS for cell in _plan(s, counter)),
        *((s.figures[counter] - beside.figure(s.codes, counter) for counter in COUNTERS) if beside else ()),
    )


def _plan(standing: AsOf, counter: str) -> tuple[Cell, ...]:
    progress, place = standing.progress.get(counter), standing.places.get(counter)
    nth = place.nth if place else None
    return (*columns.cells(progress), nth)
