"""HTTP: the hotline's figures by level."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

import orjson
from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from pydantic import BaseModel

from contracts.structure import CampaignDefined
from services.chassis.errors import Invalid, NotFound
from services.chassis.web.requests import AnyRequest
from services.metrics.cases import helped, told
from services.metrics.cases.definitions import DEFINITIONS
from services.metrics.cases.minutes import BOUNDS, KEYS, Quantile
from services.metrics.cases.tally import Tally
from services.metrics.domain import NO_ORGANIZATION, ORGANIZATION
from services.metrics.picture.hotline import HotlineSums
from services.metrics.picture.live import LiveFigures
from services.metrics.store import cases
from services.metrics.web import helpline
from services.metrics.web.counters import TERRITORY, next_of, places_of, scope
from services.metrics.web.listed import Minutes
from services.metrics.web.rights import Rights

PATH = "/api/v1/hotline-figures"
HOUR = "hour"
FAMILIES: Final = {
    "channel": told.CHANNEL,
    "theme": told.THEME,
    "status": told.STATUS,
    "answered-by": told.LEVEL,
    "mode": told.MODE,
    "direction": helped.DIRECTION,
    "help-status": helped.STATUS,
    "first-minutes": told.FIRST_MINUTES,
    "final-minutes": told.FINAL_MINUTES,
}
BY_HOUR: Final = (told.INQUIRIES, told.CONSULTATIONS, *helped.COUNTERS)
WITHOUT_DIRECTION: Final = {helped.NO_DIRECTION: "Направление не выбрано"}
PAGE = 1000


class HotlineItem(BaseModel):
    """What was asked in a place, or by a channel, theme, status … Places say more: how it was answered."""

    code: str
    name: str
    inquiries: int
    consultations: int
    line: str | None = None
    """Of a municipality: `own`, `shared` (its district's), or null without one."""
    open: int | None = None
    answered: int | None = None
    closed: int | None = None
    first_in_time: int | None = None
    first_late: int | None = None
    first_share: float | None = None
    first_median: Minutes | None = None
    first_ninety: Minutes | None = None
    final_in_time: int | None = None
    final_late: int | None = None
    final_share: float | None = None
    final_median: Minutes | None = None
    final_ninety: Minutes | None = None
    escalations: int | None = None
    reopened: int | None = None
    helped: int | None = None
    not_helped: int | None = None
    led_to_initiative: int | None = None
    spam: int | None = None
    merged: int | None = None
    help_requests: int = 0
    help_open: int | None = None
    help_done: int = 0
    help_thanked: int = 0


class HotlinePage(BaseModel):
    """A page of figures, by code; `next` is a path or null."""

    as_of: datetime
    campaign: str
    definitions: dict[str, str]
    bounds: list[int]
    """The last working minute of each bucket of the histograms; what is above stands in one more."""
    items: list[HotlineItem]
    next: str | None


@get(PATH, tags=["counters"], summary="Figures of the hotline of the region, SMOs, municipalities …")
async def hotline_figures(
    request: AnyRequest,
    rights: NamedDependency[Rights],
    pool: NamedDependency[Pool],
    figures: NamedDependency[LiveFigures],
    level: FromQuery[str] = "region",
    within: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> Response[HotlinePage]:
    """For the staff. Level: region, smo, district, municipality, channel, theme, status, answered-by, mode,
    hour, first-minutes or final-minutes; of help alone also direction, help-status and organization.

    `within` is an SMO's id or a municipality's code (a district's holds its settlements).
    """
    campaign, codes = figures.structure.campaign, scope(figures, within)
    if campaign is None:
        raise NotFound("campaign-not-open")
    await rights.check_staff(request, codes)
    if level == HOUR:
        async with pool.acquire() as db:
            items = _of_hours(await cases.hours(db, campaign.id, None if within is None else codes))
    elif level == ORGANIZATION:
        own = await rights.organizations(request, codes)
        async with pool.acquire() as db:
            items = _of_organizations(figures, await cases.organizations(db, campaign.id, codes), own)
    elif level in TERRITORY:
        items = sorted(_of_territory(figures, level, codes), key=lambda item: str(item["code"]))
    elif level in FAMILIES:
        items = _of_family(campaign, figures.hotline, figures.hotline.of(codes), level)
    else:
        raise Invalid("level-unknown", levels=", ".join([*TERRITORY, *FAMILIES, HOUR, ORGANIZATION]))
    items = [item for item in items if after is None or str(item["code"]) > after]
    body = {
        "as_of": figures.as_of.astimezone(figures.zone),
        "campaign": campaign.id,
        "definitions": DEFINITIONS,
        "bounds": BOUNDS,
        "items": items[:PAGE],
        "next": next_of(PATH, [str(item["code"]) for item in items], level=level, within=within),
    }
    return Response(cast("Any", orjson.dumps(body)), media_type="application/json")


def _of_territory(figures: LiveFigures, level: str, codes: set[str]) -> list[dict[str, Any]]:
    lines = figures.hotline.lines if level in ("district", "municipality") else None
    return [
        {"code": code, "name": name}
        | ({} if lines is None else {"line": lines.get(code)})
        | told_of(figures.hotline.of(own))
        for code, name, own in places_of(figures, level, codes)
    ]


def told_of(tally: Tally) -> dict[str, Any]:
    """All figures of a place."""
    return {
        "inquiries": tally.inquiries,
        "consultations": tally.consultations,
        "open": tally.open,
        "answered": tally.answered,
        "closed": tally.closed,
        "first_in_time": tally.first.in_time,
        "first_late": tally.first.late,
        "first_share": tally.first.share,
        "first_median": _minutes(tally.first_median),
        "first_ninety": _minutes(tally.first_ninety),
        "final_in_time": tally.final.in_time,
        "final_late": tally.final.late,
        "final_share": tally.final.share,
        "final_median": _minutes(tally.final_median),
        "final_ninety": _minutes(tally.final_ninety),
        "escalations": tally.escalations,
        "reopened": tally.reopened,
        "helped": tally.helped.in_time,
        "not_helped": tally.helped.late,
        "led_to_initiative": tally.led,
        "spam": tally.spam,
        "merged": tally.merged,
        "help_requests": tally.help_requests,
        "help_open": tally.help_open,
        "help_done": tally.help_done,
        "help_thanked": tally.help_thanked,
    }


def _minutes(quantile: Quantile | None) -> dict[str, Any] | None:
    return quantile._asdict() if quantile else None


def _of_family(
    campaign: CampaignDefined, hotline: HotlineSums, tally: Tally, level: str
) -> list[dict[str, Any]]:
    family = FAMILIES[level]
    asked, advised = tally.by(family), tally.by(family, told.CONSULTATIONS)
    of_help = {counter: tally.by(family, counter) for counter in helped.COUNTERS}
    counted = asked.keys() | advised.keys() | of_help[helped.ASKED].keys()
    names = helpline.themes_of(campaign, hotline.themes, counted) if level == "theme" else _names(level)
    if level == "direction":
        names = {direction.code: direction.name for direction in campaign.directions} | WITHOUT_DIRECTION
    return [
        {
            "code": code,
            "name": names.get(code, code),
            "inquiries": asked.get(code, 0),
            "consultations": advised.get(code, 0),
            **{counter: of_help[counter].get(code, 0) for counter in helped.COUNTERS},
        }
        for code in sorted({*names, *counted})
    ]


def _names(level: str) -> Mapping[str, str]:
    return {
        "channel": helpline.CHANNELS,
        "status": helpline.STATUSES,
        "answered-by": helpline.LEVELS,
        "mode": helpline.MODES,
    }.get(level) or dict(zip(KEYS, helpline.BUCKETS, strict=True))


def _of_organizations(
    figures: LiveFigures, rows: list[tuple[str, str, int]], own: set[str] | None
) -> list[dict[str, Any]]:
    """Of help alone; of whose coordinator looks, their own organizations."""
    names = {str(o.id): o.name for o in figures.structure.organizations.values()}
    found: dict[str, dict[str, Any]] = {}
    for code, counter, n in rows:
        name = names.get(code, "Без организации" if code == NO_ORGANIZATION else code)
        item = found.setdefault(code, {"code": code, "name": name} | dict.fromkeys(BY_HOUR, 0))
        item[counter] = n
    return [item for code, item in found.items() if own is None or code in own]


def _of_hours(rows: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for hour, counter, n in rows:
        item = found.setdefault(hour, {"code": hour, "name": hour} | dict.fromkeys(BY_HOUR, 0))
        item[counter] = n
    return list(found.values())
