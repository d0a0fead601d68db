"""The municipalities as of the end of any day that all have in common: over HTTP, as a page and as a file."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

import orjson
from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from pydantic import BaseModel, Field

from contracts.appointments import TargetScope
from contracts.structure import CampaignDefined
from services.chassis.days import end_of
from services.chassis.errors import Invalid, NotFound
from services.chassis.web.openapi import SIGNED_IN
from services.chassis.web.requests import AnyRequest
from services.metrics.domain import COUNTERS
from services.metrics.picture.board import Board
from services.metrics.picture.comparison import LEVELS, MUNICIPALITY, AsOf, of_level
from services.metrics.picture.live import LiveFigures
from services.metrics.picture.plan import targets_of, versions
from services.metrics.web.comparison.compared import check_day
from services.metrics.web.counters import PAGE, next_of, scope
from services.metrics.web.rights import Rights


class ComparisonItem(BaseModel):
    """A place as of the end of the day. Shares to the targets that were in force then: null without one."""

    code: str
    name: str
    kind: str | None = None
    parent: str | None = None
    smo: str | None = None
    partly: bool = Field(
        description="Whether parts of it are not counted: they are foreign, or not within `within`."
    )
    registered: int = Field(description="With settlements.")
    submitted: int
    own_registered: int = Field(description="Without settlements.")
    own_submitted: int
    scope: TargetScope | None = None
    target_confirmed: bool | None = Field(None, description="False: entered by the SMO from a letter.")
    with_target: int = Field(description="How many municipalities have a target, of `of`.")
    of: int
    target_registered: int | None = None
    target_submitted: int | None = None
    reached_registered: int | None = Field(None, description="By those whom the target is about.")
    reached_submitted: int | None = None
    share_registered: float | None = Field(None, description="Per cent of the target.")
    share_submitted: float | None = None
    expected_registered: int | None = Field(None, description="What was due by the end of the day.")
    expected_submitted: int | None = None
    pace_registered: float | None = Field(None, description="Per cent of what was expected.")
    pace_submitted: float | None = None
    lag_registered: int | None = Field(None, description="Below 0: ahead.")
    lag_submitted: int | None = None
    lag_days_registered: int | None = None
    lag_days_submitted: int | None = None
    place_registered: int | None = Field(None, description="By share, among those of its SMO and its tier.")
    place_submitted: int | None = None
    among: int | None = None
    difference_registered: int | None = Field(None, description="Less what it was on the day `to`.")
    difference_submitted: int | None = None


class ComparisonPage(BaseModel):
    """A page of places, by code; `next` is a path or null."""

    day: date
    to: date | None
    as_of: datetime = Field(description="The moment up to which the figures count: the day's end, or now.")
    campaign: str
    items: list[ComparisonItem]
    next: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """The region as of a day, and as of another one beside it."""

    board: Board
    beside: Board | None


async def as_of_days(pool: Pool, figures: LiveFigures, day: date, to: date | None) -> Pair:
    """The whole region as of one day or two; who sees which part of it is decided elsewhere."""

    return Pair(await _as_of(pool, figures, day), None if to is None else await _as_of(pool, figures, to))


async def _as_of(pool: Pool, figures: LiveFigures, day: date) -> Board:
    """Made once for everybody while neither a figure nor the plan moves."""
    due, revision = min(day, figures.due), figures.revision
    key = "as of", day, due, figures.plan_mark
    if key in figures.drawn:
        return figures.drawn[key]  # type: ignore[no-any-return]
    async with pool.acquire() as db:
        told = await versions(db)
    targets = targets_of(figures.structure, told, figures.campaign_id, end_of(day, figures.zone))
    wanted = replace(figures.plan, targets=targets)
    made = Board(figures.structure, wanted, figures.sums.until(day), day, due)
    if figures.revision == revision:
        figures.drawn[key] = made
    return made


def usual_day(campaign: CampaignDefined, today: date) -> date:
    """The last day that is over; the first one while it still runs."""
    return max(today - timedelta(days=1), campaign.first_day)


@get(
    "/api/v1/comparison",
    tags=["comparison"],
    summary="Every municipality as of the end of a day",
    security=SIGNED_IN,
)
async def comparison(
    *,
    request: AnyRequest,
    rights: NamedDependency[Rights],
    pool: NamedDependency[Pool],
    figures: NamedDependency[LiveFigures],
    day: FromQuery[str | None] = None,
    to: FromQuery[str | None] = None,
    level: FromQuery[str] = MUNICIPALITY,
    within: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> Response[ComparisonPage]:
    """Level: municipality, district, smo or region. `within` as for counters; without it, all that is one's
    own. `day`: by default the last that is over. `to`: another day, to tell the difference from."""
    campaign = figures.structure.campaign
    if campaign is None:
        raise NotFound("campaign-not-open")
    if within is not None:
        # A foreign place is not found, also by those who have none of their own.
        await rights.check_staff(request, scope(figures, within))
    own = await rights.own(request)
    codes = own if within is None else scope(figures, within)
    if level not in LEVELS:
        raise Invalid("level-unknown", levels=", ".join(LEVELS))
    chosen = usual_day(campaign, figures.day).isoformat() if day is None else day
    on = check_day(chosen, "day", campaign, figures.day)
    other = None if to is None else check_day(to, "to", campaign, figures.day)
    pair = await as_of_days(pool, figures, on, other)
    places = sorted(of_level(pair.board, level, own, codes), key=lambda place: place.code)
    places = [place for place in places if after is None or place.code > after]
    body = {
        "day": on,
        "to": other,
        "as_of": min(end_of(on, figures.zone), figures.as_of.astimezone(figures.zone)),
        "campaign": campaign.id,
        "items": [item_of(pair, place) for place in places[:PAGE]],
        "next": next_of(
            "/api/v1/comparison", [place.code for place in places], day=day, to=to, level=level, within=within
        ),
    }
    # By hand: there are thousands of items.
    return Response(cast("Any", orjson.dumps(body)), media_type="application/json")


def item_of(pair: Pair, standing: AsOf) -> dict[str, Any]:
    """A place as the operation answers it."""
    m, (with_target, among) = standing.municipality, standing.counts
    item: dict[str, Any] = {
        "code": standing.code,
        "name": standing.name,
        "kind": m.kind if m else None,
        "parent": m.parent if m else None,
        "smo": m.smo if m else None,
        "scope": standing.scope,
        "target_confirmed": standing.confirmed,
        "partly": standing.partly,
        "with_target": with_target,
        "of": among,
    }
    for counter in COUNTERS:
        item |= {f"{name}_{counter}" if name else counter: n for name, n in _of(pair, standing, counter)}
    place = next(iter(standing.places.values()), None)
    return item | {"among": place.among if place else None}


def _of(pair: Pair, standing: AsOf, counter: str) -> list[tuple[str, float | None]]:
    progress, place = standing.progress.get(counter), standing.places.get(counter)
    expected = progress.expected if progress else None
    before = pair.beside.figure(standing.codes, counter) if pair.beside else None
    return [
        ("", standing.figures[counter]),
        ("own", standing.own[counter]),
        ("target", progress.target if progress else None),
        ("reached", progress.fact if progress else None),
        ("share", progress.share if progress else None),
        ("expected", None if expected is None else round(expected)),
        ("pace", progress.pace if progress else None),
        ("lag", progress.lag if progress else None),
        ("lag_days", progress.lag_days if progress else None),
        ("place", place.nth if place else None),
        ("difference", None if before is None else standing.figures[counter] - before),
    ]
