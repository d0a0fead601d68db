"""The live view as a file: every municipality with its figures, and on a second sheet what they count."""

from collections.abc import Iterable, Iterator

from litestar import Response

from contracts.structure import CampaignDefined
from services.chassis.web.pages import moment
from services.chassis.web.tables import Cell, download
from services.metrics.domain import REGISTERED, SUBMITTED
from services.metrics.picture.figures import Figures
from services.metrics.web.choice import Choice
from services.metrics.web.picture import Gaps, Row, rows

HEAD = (
    *("Код", "Муниципальное образование", "Район", "СМО", "Зарегистрировано", "Подано"),
    *("Жителей", "Работников бюджетной сферы", "Подано на 1000 работников"),
)
PER = 1000


async def of_region(
    figures: Figures, campaign: CampaignDefined, choice: Choice, gaps: Gaps, ending: str
) -> Response[bytes]:
    """The table as it is filtered and sorted, the sum first (csv or xlsx)."""
    shown = [row for row in rows(figures, choice, gaps) if not row.hidden]
    whole = [] if choice.q or choice.smo else [_sum(figures)]
    as_of = figures.as_of.astimezone(figures.zone)
    notes = {
        "На момент": moment(figures.as_of, str(figures.zone), "d MMMM y, HH:mm:ss"),
        "Зарегистрировано": campaign.definitions.registered,
        "Подано": campaign.definitions.submitted,
        "Районы": "Вместе с поселениями. Строки поселений стоят и отдельно, в «Всего» они один раз.",
        "Подано на 1000 работников": "Сколько инициатив приходится на 1000 работников бюджетной сферы.",
    }
    lines = [*whole, *_lines(figures, shown)]
    return await download(campaign.name, ending, HEAD, lines, as_of, notes)


def _sum(figures: Figures) -> tuple[Cell, ...]:
    known = figures.structure.upper_tier  # a district's people are counted with its settlements
    population, audience = _all(m.population for m in known), _all(m.audience for m in known)
    registered, submitted = (figures.sums.region[counter] for counter in (REGISTERED, SUBMITTED))
    return ("", "Всего", "", "", registered, submitted, population, audience, _share(submitted, audience))


def _lines(figures: Figures, shown: list[Row]) -> Iterator[tuple[Cell, ...]]:
    for row in shown:
        m = figures.structure.municipalities[row.code]
        figure = (row.registered, row.submitted, m.population, m.audience)
        yield (row.code, row.name, row.district, row.smo, *figure, _share(row.submitted, m.audience))


def _all(counts: Iterable[int | None]) -> int | None:
    """Their sum, if all of them are known."""
    known = list(counts)
    return None if None in known else sum(n or 0 for n in known)


def _share(submitted: int, audience: int | None) -> int | None:
    return round(submitted * PER / audience) if audience else None
