"""The live view as a file: every municipality with its figures, and on a second sheet what they count."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from litestar import Response

from contracts.reported import ReportedFigures
from contracts.structure import CampaignDefined
from services.chassis.web.pages import day, moment
from services.chassis.web.tables import Cell, download
from services.metrics.cases.definitions import DEFINITIONS
from services.metrics.cases.tally import Tally
from services.metrics.domain import COUNTERS, REGISTERED, SUBMITTED
from services.metrics.picture.figures import Figures
from services.metrics.picture.reported import SOURCES
from services.metrics.web import life
from services.metrics.web.choice import Choice
from services.metrics.web.initiators import FEW, UNTOLD, WORDS, Breakdown, Shown
from services.metrics.web.licence import closing
from services.metrics.web.life import Came, OfDirection
from services.metrics.web.measure import audience_of, per_hundred, together
from services.metrics.web.municipality import OpenFigures
from services.metrics.web.picture import Gaps
from services.metrics.web.plan import columns
from services.metrics.web.plan.beside import NO_TARGET, Against, Beside
from services.metrics.web.rights import Viewer
from services.metrics.web.table import Row, rows

HEAD = (
    *("Код", "Муниципальное образование", "Район", "СМО", "Зарегистрировано", "Подано"),
    *("Зарегистрировано сегодня", "Подано сегодня", "Жителей", "Работников бюджетной сферы"),
    *("Подано на 100 работников", "Молчит 3 дня", "Обращений на горячую линию", "Консультаций"),
)


PLAN_HEAD = (
    *(name for word in columns.WORDS.values() for name in columns.whole_head(word)),
    "Индикатор по письму",
)

REPORTED_HEAD = ("Со слов: зарегистрировано", "Со слов: подано", "Со слов: на день", "Со слов: откуда")


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks at the region, and what of it they chose and see."""

    viewer: Viewer
    choice: Choice
    gaps: Gaps
    beside: Beside
    licence: Mapping[str, str]
    """What the file says of the licence of open figures."""


async def of_region(
    figures: Figures, campaign: CampaignDefined, sight: Sight, ending: str
) -> Response[bytes]:
    """The table as it is filtered and sorted, the sum first (csv or xlsx); with the plan for who sees it."""
    choice, beside, viewer = sight.choice, sight.beside, sight.viewer
    shown = [row for row in rows(figures, choice, sight.gaps, beside) if not row.hidden]
    whole = [] if choice.q or choice.smo or choice.is_listing else [_sum(figures, sight)]
    notes = {
        **notes_of(figures, campaign),
        "Районы": "Вместе с поселениями. Строки поселений стоят и отдельно, в «Всего» они один раз.",
        "Сегодня": f"{day(figures.day)}, с начала суток.",
        "Подано на 100 работников": "Сколько инициатив приходится на 100 работников бюджетной сферы.",
        "Обращений на горячую линию": DEFINITIONS["inquiries"],
        "Консультаций": DEFINITIONS["consultations"],
        **life_notes(viewer),
        "Молчит 3 дня": "Ни одной инициативы сегодня и за три полных дня до этого.",
        **(columns.notes(figures, "к началу дня", foretold=True) if beside else {}),
        **sight.licence,
    }
    lines = [*whole, *_lines(figures, shown, sight)]
    decided = life.DECIDED_HEAD if viewer.sees else ()
    head = (*HEAD, *life.HEAD, *decided, *(PLAN_HEAD if beside else ()))
    told = [*(None for _ in whole), *(row.reported for row in shown)]
    if any(told):
        head = (*head, *REPORTED_HEAD)
        lines = [(*line, *_reported(report)) for line, report in zip(lines, told, strict=True)]
        notes["Со слов"] = (
            "Что муниципальное образование сообщило само, без доступа к системе: в суммы не входит."
        )
    if ending == "csv":
        lines += closing(sight.licence, len(head))
    return await download(campaign.name, ending, head, lines, as_of(figures), notes)


def _reported(report: ReportedFigures | None) -> tuple[Cell, ...]:
    if report is None:
        return ("", "", "", "")
    return (report.registered, report.submitted, f"{report.as_of:%d.%m.%Y}", SOURCES[report.source])


def as_of(figures: Figures) -> datetime:
    """The moment of the figures by the region's clock."""
    return figures.as_of.astimezone(figures.zone)


def notes_of(figures: Figures, campaign: CampaignDefined) -> dict[str, str]:
    """What a file says of any figure."""
    return {
        "На момент": moment(figures.as_of, str(figures.zone), "d MMMM y, HH:mm:ss"),
        "Зарегистрировано": campaign.definitions.registered,
        "Подано": campaign.definitions.submitted,
    }


def life_notes(viewer: Viewer) -> dict[str, str]:
    """What the columns of initiatives' lives count."""
    told = {
        "Принято, определено, выдвинуто": life.DEFINITIONS["stage"],
        "Возвращено, объединено, отклонено, отозвано": life.DEFINITIONS["aside"],
    }
    return told | ({"Решено в срок": life.DEFINITIONS["in_time"]} if viewer.sees else {})


def _sum(figures: Figures, sight: Sight) -> tuple[Cell, ...]:
    beside = sight.beside
    known = figures.structure.upper_tier  # a district's people are counted with its settlements
    population, audience = together(m.population for m in known), audience_of(known)
    sums, today = (figures.sums.region[counter] for counter in COUNTERS), figures.today()
    per = per_hundred(figures.sums.region[SUBMITTED], audience)
    standings = {c: beside.together(c) if beside.is_whole else NO_TARGET for c in COUNTERS}
    plan = _plan(standings) if beside else ()
    return (
        "",
        "Всего",
        "",
        "",
        *sums,
        *(today[c] for c in COUNTERS),
        population,
        audience,
        per,
        "",
        *_hotline(figures.hotline.whole),
        *_life(figures, [*figures.structure.municipalities], sight.viewer),
        *plan,
    )


def _plan(standings: Mapping[str, Against]) -> Iterator[Cell]:
    """The cells of the plan."""
    for standing in standings.values():
        yield from columns.cells(standing.progress)
        yield from columns.forecast_cells(standing.forecast)
    yield "да" if any(standing.letter for standing in standings.values()) else ""


def _life(figures: Figures, codes: list[str], viewer: Viewer) -> tuple[Cell, ...]:
    decided = life.decided_cells(figures, codes, viewer) if viewer.sees else ()
    return (*life.cells(figures, codes, viewer), *decided)


def _lines(figures: Figures, shown: list[Row], sight: Sight) -> Iterator[tuple[Cell, ...]]:
    beside = sight.beside
    for row in shown:
        m = figures.structure.municipalities[row.code]
        codes = figures.structure.with_settlements(row.code)
        today = (figures.sums.of_day(codes, counter, figures.day) for counter in COUNTERS)
        per = per_hundred(row.submitted, m.audience)
        figure = (row.registered, row.submitted, *today, m.population, m.audience, per)
        plan = _plan({c: beside.whole(m, c) for c in COUNTERS}) if beside else ()
        about = (row.code, row.name, row.district, row.smo)
        silent, hotline = "да" if row.silent else "", _hotline(figures.hotline.of(codes))
        yield (*about, *figure, silent, *hotline, *_life(figures, codes, sight.viewer), *plan)


def _hotline(tally: Tally) -> tuple[int, int]:
    return tally.inquiries, tally.consultations


OF_MUNICIPALITY = ("Раздел", "Строка", "Зарегистрировано", "Подано")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a municipality's page shows to a viewer."""

    seen: OpenFigures
    came: Came | None
    initiators: list[Breakdown]
    licence: Mapping[str, str]


async def of_municipality(
    figures: Figures, campaign: CampaignDefined, page: Parts, ending: str
) -> Response[bytes]:
    """All that a municipality's page shows, part by part."""
    seen, initiators = page.seen, page.initiators
    name = f"{campaign.name}, {seen.municipality.name}"
    notes = {**notes_of(figures, campaign), **(NOT_TOLD if initiators else {})}
    notes |= {"До чего дошли": life.DEFINITIONS["stage"]} if page.came else {}
    notes |= {"По направлениям": life.DEFINITIONS["few"]} if _has_few(seen) else {}
    notes |= page.licence
    parts = [("Всего", "", seen.registered, seen.submitted)]
    parts += [("Поселения", part.name or "Сам район", part.registered, part.submitted) for part in seen.parts]
    days = zip(seen.days[REGISTERED].pace, seen.days[SUBMITTED].pace, strict=True)
    lines: list[tuple[Cell, ...]] = [
        *parts,
        *_stages(page.came),
        *(("По дням", one.label, one.value, other.value) for one, other in days),
        *_directions(seen.directions or []),
        *_initiators(initiators),
    ]
    if ending == "csv":
        lines += closing(page.licence, len(OF_MUNICIPALITY))
    head = (*OF_MUNICIPALITY, *life.HEAD)
    whole = [(*line, *(None for _ in head[len(line) :])) for line in lines]
    return await download(name, ending, head, whole, as_of(figures), notes)


def _has_few(seen: OpenFigures) -> bool:
    return any(each.reached is None for each in seen.directions or [])


def _directions(directions: Iterable[OfDirection]) -> Iterator[tuple[Cell, ...]]:
    for each in directions:
        yield ("По направлениям", each.name, None, each.submitted, *(each.reached or ()))


def _stages(came: Came | None) -> Iterator[tuple[Cell, ...]]:
    if came is None:
        return
    for stage in (*came.stages[1:], *came.aside):
        yield "До чего дошли", stage.name, None, stage.n
    if came.decided:
        yield "Решения", "В срок", None, came.decided.in_time
        yield "Решения", "С опозданием", None, came.decided.late
        yield from (("Кто решил последним", name, None, n) for name, n in came.decided.levels)
        yield from (("Инициативы органов", name, None, n) for name, n in came.decided.origins)


NOT_TOLD = {
    WORDS[FEW]: "Столько в группе есть, но меньше пяти: точное число указало бы на людей.",
    WORDS[UNTOLD]: "По этому числу можно было бы вычислить то, которое меньше пяти.",
}


async def of_initiators(
    figures: Figures, campaign: CampaignDefined, shown: list[Breakdown], ending: str
) -> Response[bytes]:
    """Who submits in the region, or in one's own part of it."""
    registered, submitted = (figures.sums.region[counter] for counter in COUNTERS)
    notes = {**notes_of(figures, campaign), **NOT_TOLD}
    lines: list[tuple[Cell, ...]] = [("Всего", "", registered, submitted), *_initiators(shown)]
    return await download(
        f"{campaign.name}, кто подаёт", ending, OF_MUNICIPALITY, lines, as_of(figures), notes
    )


def _initiators(shown: list[Breakdown]) -> Iterator[tuple[Cell, ...]]:
    for breakdown in shown:
        for line in breakdown.lines or []:
            yield (f"Кто подаёт: {breakdown.name}", line.name, _told(line.registered), _told(line.submitted))


def _told(value: Shown) -> int | str | None:
    return WORDS[value] if isinstance(value, str) else value
