"""Page: the hotline's figures of all that is one's own; also as a file."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency

from contracts.structure import CampaignDefined
from services.chassis.errors import NotFound
from services.chassis.web.pages import Pages, moment
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tables import Cell, download, ending_of, files
from services.directory.staff import RENEWAL
from services.metrics.cases import told
from services.metrics.cases.definitions import DEFINITIONS
from services.metrics.cases.minutes import Quantile
from services.metrics.cases.tally import Punctual, Tally
from services.metrics.picture.figures import Figures
from services.metrics.picture.hotline import HotlineSums
from services.metrics.store import cases
from services.metrics.web import exports, helpline, picture
from services.metrics.web.helpline import Bar, bars
from services.metrics.web.hotline.asked import ADDRESS, SORTS, Asked
from services.metrics.web.hotline.rows import LINES, Row, rows
from services.metrics.web.rights import Rights


@dataclass(frozen=True, slots=True)
class Point:
    """A bar of a chart."""

    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A table of bars: what it is by, and what it counts."""

    id: str
    name: str
    head: str
    counts: str
    lines: list[Bar]


@get(ADDRESS, include_in_schema=False, exception_handlers=RENEWAL)
async def hotline_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    pool: NamedDependency[Pool],
    rights: NamedDependency[Rights],
) -> Response[str] | Response[bytes]:
    """All that is one's own of the staff, in every campaign."""
    own, ending = await rights.of_own(request), ending_of(request.query_params)
    campaign = own.structure.campaign
    if campaign is None:
        raise NotFound("campaign-not-open")
    asked = Asked.of(dict(request.query_params.items()))
    shown = rows(own, asked)
    if ending:
        return await _file(own, campaign, shown, asked, ending)
    async with pool.acquire() as db:
        hours = await cases.hours(db, campaign.id, own.codes)
    whole = own.hotline.whole
    return pages.render(
        request,
        "region_hotline.html",
        **_around(own, campaign),
        asked=asked,
        whole=whole,
        spoken={name: helpline.spoken(getattr(whole, name)) for name in MEDIANS},
        rows=[(row, *(helpline.spoken(getattr(row.tally, name)) for name in MEDIANS[:2])) for row in shown],
        breakdowns=_breakdowns(campaign, own.hotline),
        minutes=[_points(whole, family) for family in (told.FIRST_MINUTES, told.FINAL_MINUTES)],
        hours=_by_hour(hours),
        definitions=DEFINITIONS,
        orders={column: asked.order(column) for column in SORTS},
        smos=picture.smos(own),
        files=files(ADDRESS, **asked.query()),
    )


THEME = "Тема"
MEDIANS = ("first_median", "first_ninety", "final_median", "final_ninety")


def _around(figures: Figures, campaign: CampaignDefined) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "region": campaign.name,
        "demonstration": campaign.demonstration,
        "staff": True,
        "part": figures.codes is not None,
        "as_of": figures.as_of,
        "zone": str(figures.zone),
    }


def _breakdowns(campaign: CampaignDefined, hotline: HotlineSums) -> list[Breakdown]:
    whole = hotline.whole
    counted = whole.by(told.THEME).keys() | whole.by(told.THEME, told.CONSULTATIONS).keys()
    themes = helpline.themes_of(campaign, hotline.themes, counted)
    asked, told_of = "Обращений", "Консультаций"

    def part(id_: str, name: str, head: str, family: str, names: Mapping[str, str]) -> Breakdown:
        return Breakdown(id_, name, head, asked, bars(whole.by(family), names))

    def advised(id_: str, name: str, head: str, family: str, names: Mapping[str, str]) -> Breakdown:
        return Breakdown(id_, name, head, told_of, bars(whole.by(family, told.CONSULTATIONS), names))

    some = [
        part("channels", "По способу обращения", "Способ", told.CHANNEL, helpline.CHANNELS),
        part("themes", "По темам обращений", THEME, told.THEME, themes),
        part("statuses", "По состоянию", "Состояние", told.STATUS, helpline.STATUSES),
        part("levels", "Кто дал окончательный ответ", "Уровень", told.LEVEL, helpline.LEVELS),
        advised("modes", "Консультации: как", "Как", told.MODE, helpline.MODES),
        advised("consulted", "Консультации: кто", "Уровень", told.LEVEL, helpline.LEVELS),
        advised("advised", "Консультации: о чём", THEME, told.THEME, themes),
    ]
    return [each for each in map(_asked_about, some) if each.lines]


def _asked_about(each: Breakdown) -> Breakdown:
    """Nothing where nothing was counted; of themes, which may be many, those that were asked about, the
    largest first."""
    counted = sorted((bar for bar in each.lines if bar.n), key=lambda bar: -bar.n)
    return replace(each, lines=counted) if not counted or each.head == THEME else each


def _points(whole: Tally, family: str) -> list[Point]:
    return [Point(bar.name, bar.n) for bar in helpline.histogram(whole, family)]


def _by_hour(hours: Iterable[tuple[str, str, int]]) -> list[Point]:
    """When people ask: by the hour of the day, all days together."""
    sums: Counter[int] = Counter()
    for hour, counter, n in hours:
        if counter == told.INQUIRIES:
            sums[int(hour[11:13])] += n
    return [Point(f"{hour}:00", sums[hour]) for hour in range(24)]


HEAD = (
    *("Код", "Муниципальное образование", "Район", "СМО", "Горячая линия"),
    *("Обращений", "Без окончательного ответа", "Есть ответ", "Закрыто"),
    *("Первый ответ в срок", "Первый ответ: не уложились", "Первый ответ в срок, %"),
    *("Первый ответ: медиана, рабочих минут", "Первый ответ: 9 из 10, рабочих минут"),
    *(
        "Окончательный ответ в срок",
        "Окончательный ответ: не уложились",
        "Окончательный ответ в срок, %",
    ),
    *("Окончательный ответ: медиана, рабочих минут", "Окончательный ответ: 9 из 10, рабочих минут"),
    *("Переходов на уровень выше", "Возобновлений", "Помогло", "Не помогло"),
    *(f"Обращений: {name}" for name in helpline.CHANNELS.values()),
    *("Консультаций", *(f"Консультаций: {name}" for name in helpline.MODES.values())),
    *("Консультаций, после которых появилась инициатива", "Спам", "Объединено с другим"),
    *("Просьб о помощи с текстом", "Ещё открыты", "Помогли", "Сказали спасибо"),
)
NOTES = {
    "Обращений": DEFINITIONS["inquiries"],
    "Без окончательного ответа": DEFINITIONS["open"],
    "Первый ответ в срок, %": DEFINITIONS["in_time"],
    "Окончательный ответ в срок, %": DEFINITIONS["final_in_time"],
    "Медиана": DEFINITIONS["first_median"],
    "9 из 10": DEFINITIONS["first_ninety"] + " Ровно 4800 значит «не меньше»: дальше границ нет.",
    "Консультаций": DEFINITIONS["consultations"],
    "Просьб о помощи с текстом": DEFINITIONS["help_requests"],
    "Помогли": DEFINITIONS["help_done"],
    "Сказали спасибо": DEFINITIONS["help_thanked"],
    "Организации": DEFINITIONS["organizations"],
    "Районы": "Вместе с поселениями. Строки поселений стоят и отдельно, в «Всего» они один раз.",
}


async def _file(
    figures: Figures, campaign: CampaignDefined, shown: list[Row], asked: Asked, ending: str
) -> Response[bytes]:
    """The table as it is filtered and sorted, the sum first."""
    whole = [] if asked.narrows else [("", "Всего", "", "", "", *cells(figures.hotline.whole))]
    about = ((row.code, row.name, row.district, row.smo, LINES[row.line], row.tally) for row in shown)
    lines: list[tuple[Cell, ...]] = [*whole, *((*names, *cells(tally)) for *names, tally in about)]
    notes = {"На момент": moment(figures.as_of, str(figures.zone), "d MMMM y, HH:mm:ss")} | NOTES
    return await download(
        f"{campaign.name}, горячая линия", ending, HEAD, lines, exports.as_of(figures), notes
    )


def cells(tally: Tally) -> tuple[Cell, ...]:
    """The figures of a line of the file."""
    by = tally.by(told.CHANNEL)
    modes = tally.by(told.MODE, told.CONSULTATIONS)
    return (
        *(tally.inquiries, tally.open, tally.answered, tally.closed),
        *_punctual(tally.first, tally.first_median, tally.first_ninety),
        *_punctual(tally.final, tally.final_median, tally.final_ninety),
        *(tally.escalations, tally.reopened, tally.helped.in_time, tally.helped.late),
        *(by.get(channel, 0) for channel in helpline.CHANNELS),
        *(tally.consultations, *(modes.get(mode, 0) for mode in helpline.MODES)),
        *(tally.led, tally.spam, tally.merged),
        *(tally.help_requests, tally.help_open, tally.help_done, tally.help_thanked),
    )


def _punctual(punctual: Punctual, *quantiles: Quantile | None) -> tuple[Cell, ...]:
    minutes = (quantile.minutes if quantile else None for quantile in quantiles)
    return (punctual.in_time, punctual.late, punctual.share, *minutes)
