"""Page: how the work between the levels goes, of all that is one's own; also as a file."""

from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency

from contracts.structure import CampaignDefined, MunicipalityDefined
from services.chassis.errors import NotFound
from services.chassis.web.pages import Pages, moment, number
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tables import Cell, download, ending_of, files
from services.directory.staff import RENEWAL
from services.metrics.cases import worked
from services.metrics.cases.definitions import WORK_DEFINITIONS
from services.metrics.cases.minutes import Quantile
from services.metrics.cases.worktally import WorkTally
from services.metrics.picture.figures import Figures
from services.metrics.picture.structure import alphabet
from services.metrics.web import exports, helpline, picture
from services.metrics.web.listed import arranged
from services.metrics.web.rights import Rights
from services.metrics.web.work.api import PATH
from services.metrics.web.work.asked import ADDRESS, LATE, NOTHING, SORTS, Asked
from services.metrics.web.work.columns import BY_KEY, COLUMNS, cells

HOUR, DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Row:
    """A municipality, or a level, with how the work goes there; a district's figures include its
    settlements."""

    code: str
    name: str
    district: str
    smo: str
    tally: WorkTally

    @property
    def acknowledged(self) -> str:
        """Within which time half of the orders were read."""
        return elapsed(self.tally.acknowledged_median)

    @property
    def reported(self) -> str:
        """Within which time half of them were reported."""
        return elapsed(self.tally.reported_median)

    @property
    def answered(self) -> str:
        """Within which working time half of the questions were answered."""
        return helpline.spoken(self.tally.answer_median)

    def all(self, counter: str) -> int:
        """How many there are."""
        return self.tally.all(counter)

    def share(self, counter: str) -> float | None:
        """Per cent in time."""
        return self.tally.punctual(counter).share


@get(ADDRESS, include_in_schema=False, exception_handlers=RENEWAL)
async def work_page(
    request: AnyRequest, pages: NamedDependency[Pages], rights: NamedDependency[Rights]
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
    whole = Row("", "Всего", "", "", own.work.whole)
    levels = [Row(c, name, "", "", whole.tally.of_level(c)) for c, name in helpline.LEVELS.items()]
    answered = whole.tally.by(worked.ANSWERED_BY, worked.QUESTIONS)
    return pages.render(
        request,
        "region_work.html",
        campaign=campaign,
        region=campaign.name,
        demonstration=campaign.demonstration,
        staff=True,
        part=own.codes is not None,
        as_of=own.as_of,
        zone=str(own.zone),
        asked=asked,
        whole=whole,
        ninety=(elapsed(whole.tally.reported_ninety), helpline.spoken(whole.tally.answer_ninety)),
        levels=[level for level in levels if not level.tally.is_empty],
        answered=[bar for bar in helpline.bars(answered, helpline.LEVELS) if bar.n],
        rows=shown,
        definitions=WORK_DEFINITIONS,
        orders={column: asked.order(column) for column in SORTS},
        smos=picture.smos(own),
        files=files(ADDRESS, **asked.query()) | ({} if own.codes else {"json": f"{PATH}?level=municipality"}),
    )


def elapsed(quantile: Quantile | None) -> str:
    """«40 мин», «5 ч», «2 дн. 3 ч»: by the clock, day and night; empty while there is none."""
    if quantile is None:
        return ""
    days, rest = divmod(quantile.minutes, DAY)
    hours = f" {rest // HOUR} ч" if rest >= HOUR else ""
    told = f"{number(days)} дн.{hours}" if days else helpline.duration(rest)
    return f"больше {told}" if quantile.more else told


def rows(figures: Figures, asked: Asked) -> list[Row]:
    """Those that were asked for, in their order; equals by name, the unknown last."""
    known = sorted(figures.structure.municipalities.values(), key=lambda m: alphabet(m.name))
    found = (_row(figures, m) for m in known if asked.smo in ("", m.smo or ""))
    return arranged((row for row in found if _wanted(row, asked)), asked.sort, FIGURES)


FIGURES: Final = {key: lambda row, of=BY_KEY[key].of: of(row.tally) for key in SORTS if key in BY_KEY}
"""What the table is sorted by."""


def _row(figures: Figures, m: MunicipalityDefined) -> Row:
    s = figures.structure
    district, smo = s.municipalities.get(m.parent or ""), s.smos.get(m.smo or "")
    tally = figures.work.of(s.with_settlements(m.code))
    return Row(m.code, m.name, district.name if district else "", smo.name if smo else "", tally)


def _wanted(row: Row, asked: Asked) -> bool:
    listed = {LATE: bool(row.tally.breaches), NOTHING: row.tally.is_empty}
    return listed.get(asked.only, True) and asked.matches(f"{row.name} {row.district}")


NOTES = {
    "Поручений выдано": WORK_DEFINITIONS["orders"],
    "Поручений у исполнителей": WORK_DEFINITIONS["order_tasks"],
    "Отчёты по поручениям: в срок, %": WORK_DEFINITIONS["tasks_in_time"],
    "До ознакомления": WORK_DEFINITIONS["acknowledged"],
    "До отчёта": WORK_DEFINITIONS["reported"],
    "Вопросов вверх": WORK_DEFINITIONS["questions"],
    "Ответы на вопросы: в срок, %": WORK_DEFINITIONS["questions_in_time"],
    "Перешли на уровень выше": WORK_DEFINITIONS["escalated"],
    "До ответа": WORK_DEFINITIONS["answer"],
    "Сводок должно быть": WORK_DEFINITIONS["reports"],
    "Сводки: в срок, %": WORK_DEFINITIONS["reports_in_time"],
    "С другим числом, чем посчитано": WORK_DEFINITIONS["declared"],
    "Сроки прошли, раз": WORK_DEFINITIONS["breaches"],
    "Ровно 30240 минут или 4800 рабочих": "Значит «не меньше»: дальше границ нет.",
    "Люди": WORK_DEFINITIONS["people"],
    "Районы": "Вместе с поселениями. Строки поселений стоят и отдельно, в «Всего» они один раз.",
}
HEAD = ("Код", "Муниципальное образование", "Район", "СМО", *(column.head for column in COLUMNS))


async def _file(
    figures: Figures, campaign: CampaignDefined, shown: list[Row], asked: Asked, ending: str
) -> Response[bytes]:
    """The table as it is filtered and sorted, the sum first."""
    whole = [] if asked.narrows else [Row("", "Всего", "", "", figures.work.whole)]
    lines: list[tuple[Cell, ...]] = [
        (row.code, row.name, row.district, row.smo, *cells(row.tally)) for row in (*whole, *shown)
    ]
    notes = {"На момент": moment(figures.as_of, str(figures.zone), "d MMMM y, HH:mm:ss")} | NOTES
    return await download(
        f"{campaign.name}, работа между уровнями", ending, HEAD, lines, exports.as_of(figures), notes
    )
