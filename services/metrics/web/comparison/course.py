"""Plan and fact of every municipality by day, as a file: one line for each day and place."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency

from contracts.appointments import TargetSet
from contracts.structure import CampaignDefined
from services.chassis.days import end_of
from services.chassis.errors import NotFound
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tables import Cell, ending_of, long_download
from services.directory.calendar import days_between
from services.directory.staff import RENEWAL
from services.metrics.domain import COUNTERS
from services.metrics.picture.board import Board
from services.metrics.picture.figures import Figures
from services.metrics.picture.live import LiveFigures
from services.metrics.picture.plan import targets_of, versions
from services.metrics.picture.structure import Structure, alphabet
from services.metrics.web import exports
from services.metrics.web.plan import columns
from services.metrics.web.rights import Rights

END = "к концу дня; за сегодня – к концу вчерашнего"
HEAD = (
    *("День", "Код", "Муниципальное образование", "Район", "СМО", "Зарегистрировано", "Подано"),
    *("Индикатор о ком", "По письму"),
    *(name for word in columns.WORDS.values() for name in columns.head(word)),
)


@get("/region/days", include_in_schema=False, exception_handlers=RENEWAL)
async def plan_days(
    request: AnyRequest,
    rights: NamedDependency[Rights],
    pool: NamedDependency[Pool],
    figures: NamedDependency[LiveFigures],
) -> Response[bytes]:
    """All that is one's own, from the first day to today (csv or xlsx)."""
    seen, ending = await rights.of_own(request), ending_of(request.query_params) or "xlsx"
    campaign = seen.structure.campaign
    if campaign is None:
        raise NotFound("campaign-not-open")
    async with pool.acquire() as db:
        told = await versions(db)
    notes = {**exports.notes_of(seen, campaign), **columns.notes(seen, END)}
    name = f"{campaign.name}, план и факт по дням"
    # Tens of thousands of lines: of one file at a time.
    async with figures.one_file:
        course = Course(seen, campaign, told)
        return await long_download(name, ending, HEAD, course.lines(), exports.as_of(seen), notes)


class Course:
    """What there was by the end of each day, beside the targets of then. A copy: it is written down beside
    what moves on."""

    def __init__(self, figures: Figures, campaign: CampaignDefined, versions: Sequence[TargetSet]) -> None:
        self._structure, self._campaign, self._versions = figures.structure, campaign, versions
        self._days = {key: dict(days) for key, days in figures.sums.days.items()}
        self._plan, self._zone, self._today = replace(figures.plan), figures.zone, figures.day
        self._due = figures.due

    def lines(self) -> Iterator[tuple[Cell, ...]]:
        """Day by day, within a day by name."""
        s, campaign = self._structure, self._campaign
        first = min(
            [campaign.first_day, *(day for days in self._days.values() for day, n in days.items() if n)]
        )
        places = _places(s)
        sums: dict[tuple[str, str], int] = {}
        wanted = self._plan
        for day in days_between(first, min(self._today, campaign.close_until)):
            for key, days in self._days.items():
                sums[key] = sums.get(key, 0) + days.get(day, 0)
            latest = targets_of(s, self._versions, campaign.id, end_of(day, self._zone))
            if latest != wanted.targets:
                wanted = replace(wanted, targets=latest)
            board = Board(s, wanted, sums, day, min(day, self._due))
            for about, codes in places:
                yield (day.isoformat(), *about, *_cells(board, about[0], codes))


def _cells(board: Board, code: str, codes: Collection[str]) -> Iterator[Cell]:
    yield from board.figures(codes).values()
    yield from columns.about(board.plan.targets.known.get(code))
    reached = board.reached(board.plan.goal(code))
    for counter in COUNTERS:
        yield from columns.cells(reached.get(counter))


def _places(s: Structure) -> list[tuple[tuple[str, str, str, str], Sequence[str]]]:
    """Code, name, district and SMO of every municipality, with all that is part of it; by name."""
    found: list[tuple[tuple[str, str, str, str], Sequence[str]]] = []
    for m in sorted(s.municipalities.values(), key=lambda m: alphabet(m.name)):
        district, smo = s.municipalities.get(m.parent or ""), s.smos.get(m.smo or "")
        about = (m.code, m.name, district.name if district else "", smo.name if smo else "")
        found.append((about, s.with_settlements(m.code)))
    return found
