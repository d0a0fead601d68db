"""HTTP: the figures of the work between the levels."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson
from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from pydantic import BaseModel

from services.chassis.errors import Invalid, NotFound
from services.chassis.web.requests import AnyRequest
from services.metrics.cases import worked
from services.metrics.cases.definitions import WORK_DEFINITIONS
from services.metrics.cases.minutes import BOUNDS, ELAPSED, Quantile
from services.metrics.cases.worktally import WorkTally
from services.metrics.picture.live import LiveFigures
from services.metrics.store import cases
from services.metrics.web.counters import TERRITORY, next_of, places_of, scope
from services.metrics.web.helpline import LEVELS
from services.metrics.web.listed import Minutes
from services.metrics.web.rights import Rights
from services.metrics.web.work.columns import COLUMNS

PATH = "/api/v1/work-figures"
LEVEL, ANSWERED_BY, DAY = OTHERS = ("level", "answered-by", "day")
PAGE = 1000


class WorkItem(BaseModel):
    """How the work goes in a place or on a level: all but the name is null where it is not broken down so."""

    code: str
    name: str
    orders: int | None = None
    orders_closed: int | None = None
    order_tasks: int | None = None
    tasks_received: int | None = None
    tasks_acknowledged: int | None = None
    tasks_reported: int | None = None
    tasks_returned: int | None = None
    tasks_accepted: int | None = None
    tasks_in_time: int | None = None
    tasks_late: int | None = None
    tasks_share: float | None = None
    acknowledged_median: Minutes | None = None
    acknowledged_ninety: Minutes | None = None
    reported_median: Minutes | None = None
    reported_ninety: Minutes | None = None
    questions: int | None = None
    questions_asked: int | None = None
    questions_answered: int | None = None
    questions_withdrawn: int | None = None
    questions_in_time: int | None = None
    questions_late: int | None = None
    questions_share: float | None = None
    questions_escalated: int | None = None
    answer_median: Minutes | None = None
    answer_ninety: Minutes | None = None
    reports: int | None = None
    reports_due: int | None = None
    reports_sent: int | None = None
    reports_in_time: int | None = None
    reports_late: int | None = None
    reports_share: float | None = None
    reports_declared: int | None = None
    breaches: int | None = None


class WorkPage(BaseModel):
    """A page of figures, by code; `next` is a path or null."""

    as_of: datetime
    campaign: str
    definitions: dict[str, str]
    bounds: list[int]
    """The last working minute of each bucket of the answers' histogram; what is above stands in one more."""
    elapsed_bounds: list[int]
    """The same of tasks, whose minutes are by the clock, day and night."""
    items: list[WorkItem]
    next: str | None


@get(PATH, tags=["counters"], summary="Figures of the work between the levels: orders, questions, reports")
async def work_figures(
    request: AnyRequest,
    rights: NamedDependency[Rights],
    pool: NamedDependency[Pool],
    figures: NamedDependency[LiveFigures],
    level: FromQuery[str] = "region",
    within: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> Response[WorkPage]:
    """For the staff. Level: region, smo, district, municipality, level (who gives, has, asks or reports),
    answered-by or day (by the region's clock).

    `within` is an SMO's id or a municipality's code (a district's holds its settlements).
    """
    campaign, codes = figures.structure.campaign, scope(figures, within)
    if campaign is None:
        raise NotFound("campaign-not-open")
    await rights.check_staff(request, codes)
    if level == DAY:
        async with pool.acquire() as db:
            hours = await cases.work_hours(db, campaign.id, None if within is None else codes)
        items = _of_days(hours, figures.zone)
    elif level in TERRITORY:
        items = [
            {"code": code, "name": name} | told_of(figures.work.of(own))
            for code, name, own in places_of(figures, level, codes)
        ]
    else:
        items = _of_levels(figures.work.of(codes), level)
    items.sort(key=lambda item: str(item["code"]))
    items = [item for item in items if after is None or str(item["code"]) > after]
    body = {
        "as_of": figures.as_of.astimezone(figures.zone),
        "campaign": campaign.id,
        "definitions": WORK_DEFINITIONS,
        "bounds": BOUNDS,
        "elapsed_bounds": ELAPSED,
        "items": items[:PAGE],
        "next": next_of(PATH, [str(item["code"]) for item in items], level=level, within=within),
    }
    return Response(cast("Any", orjson.dumps(body)), media_type="application/json")


def _of_levels(whole: WorkTally, level: str) -> list[dict[str, Any]]:
    if level == LEVEL:
        return [{"code": code, "name": name} | told_of(whole.of_level(code)) for code, name in LEVELS.items()]
    if level == ANSWERED_BY:
        answered = whole.by(worked.ANSWERED_BY, worked.QUESTIONS)
        return [{"code": c, "name": n, "questions_answered": answered.get(c, 0)} for c, n in LEVELS.items()]
    raise Invalid("level-unknown", levels=", ".join([*TERRITORY, *OTHERS]))


def told_of(tally: WorkTally) -> dict[str, Any]:
    """All figures of a place or a level."""
    found = {column.key: column.of(tally) for column in COLUMNS}
    return {k: v._asdict() if isinstance(v, Quantile) else v for k, v in found.items()}


def _of_days(hours: Iterable[tuple[str, str, int]], zone: ZoneInfo) -> list[dict[str, Any]]:
    days: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(worked.COUNTERS, 0))
    for hour, counter, n in hours:
        moment = datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC)
        days[moment.astimezone(zone).date().isoformat()][counter] += n
    return [{"code": day, "name": day} | counted for day, counted in days.items()]
