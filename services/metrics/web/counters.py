"""HTTP: the figures by level."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

import orjson
from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from pydantic import BaseModel

from contracts.structure import CampaignDefined, CounterDefinitions
from services.chassis.errors import Invalid, NotFound
from services.chassis.web.openapi import PERHAPS_SIGNED_IN
from services.chassis.web.requests import AnyRequest
from services.metrics.domain import (
    CLASSIFIER,
    DIRECTION,
    DIRECTION_STATUS,
    FEWEST,
    NO_ORGANIZATION,
    ORGANIZATION,
    REGISTERED,
    SUBMITTED,
)
from services.metrics.picture.life import by_direction
from services.metrics.picture.live import LiveFigures
from services.metrics.store import figures as store
from services.metrics.web import life
from services.metrics.web.initiators import Line, breakdown
from services.metrics.web.licence import Licence
from services.metrics.web.life import LifeItem
from services.metrics.web.plan import fulfilment
from services.metrics.web.plan.fulfilment import Fulfilment
from services.metrics.web.rights import Rights, Viewer

PAGE = 1000
TERRITORY = ("region", "smo", "district", "municipality")
OPEN = (*TERRITORY, DIRECTION)
"""Levels that are everybody's where totals are."""


class CounterItem(LifeItem, Fulfilment):
    """Both figures of a place, an organization, a direction or a value. Places and directions: what their
    initiatives came to. Places: for the staff who decided, and their targets. Municipalities: their kind,
    where they belong, and what is theirs without their settlements."""

    code: str
    name: str
    registered: int | None
    submitted: int | None
    """Null: a group of a classifier under five, or one that would give such a group away, for whoever stands
    outside the line of subordination."""
    kind: str | None = None
    parent: str | None = None
    smo: str | None = None
    own_registered: int | None = None
    own_submitted: int | None = None


class CounterPage(BaseModel):
    """A page of figures, by code; `next` is a path or null. Licence and source: of open
    figures."""

    as_of: datetime
    campaign: str
    definitions: CounterDefinitions
    license: str | None
    source: str | None
    items: list[CounterItem]
    next: str | None


@get(
    "/api/v1/counters",
    tags=["counters"],
    summary="Figures of the region, SMOs, municipalities …",
    security=PERHAPS_SIGNED_IN,
)
async def counters(
    request: AnyRequest,
    rights: NamedDependency[Rights],
    pool: NamedDependency[Pool],
    figures: NamedDependency[LiveFigures],
    licence: NamedDependency[Licence],
    level: FromQuery[str] = "region",
    within: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> Response[CounterPage]:
    """Level: region, smo, district, municipality, organization, direction or a classifier's code.

    `within` is an SMO's id or a municipality's code (a district's holds its settlements). Organizations and
    classifiers are for the staff alone; everything is where the campaign says so. Targets, and what stands
    beside them, are told to those of the staff who see all of the item's municipalities.
    """
    campaign = figures.structure.campaign
    if campaign is None:
        raise NotFound("campaign-not-open")
    codes = scope(figures, within)
    await (rights.check_totals if level in OPEN else rights.check_staff)(request, codes)
    if level in TERRITORY:
        items = _of_territory(figures, level, codes, await rights.viewer(request))
    else:
        items = await _items(pool, figures, campaign, level, codes, within is None)
    items.sort(key=lambda item: str(item["code"]))
    if level == ORGANIZATION and (own := await rights.organizations(request, codes)) is not None:
        items = [item for item in items if item["code"] in own]
    if level not in TERRITORY and level != ORGANIZATION:
        inside = (await rights.viewer(request)).is_inside(codes)
        items = items if inside else _told(items, campaign, level, _sums(figures, codes))
    items = [item for item in items if after is None or str(item["code"]) > after]
    listed = [str(item["code"]) for item in items]
    terms = licence.of(campaign) if level in OPEN else {}
    body = {
        "as_of": figures.as_of.astimezone(figures.zone),
        "campaign": campaign.id,
        "definitions": campaign.definitions.model_dump(),
        "license": terms.get("Лицензия"),
        "source": terms.get("Источник"),
        "items": items[:PAGE],
        "next": next_of("/api/v1/counters", listed, level=level, within=within),
    }
    # By hand: there are thousands of items.
    return Response(cast("Any", orjson.dumps(body)), media_type="application/json")


def of_json(**query: str) -> str:
    """Where the municipalities' figures are for programs."""
    return f"/api/v1/counters?{urlencode({'level': 'municipality'} | query)}"


def next_of(path: str, codes: Sequence[str], **query: str | None) -> str | None:
    """The address of the next page, of those that there are; None on the last one."""
    if len(codes) <= PAGE:
        return None
    told = query | {"after": codes[PAGE - 1]}
    return f"{path}?{urlencode({name: value for name, value in told.items() if value is not None})}"


async def _items(
    pool: Pool, figures: LiveFigures, campaign: CampaignDefined, level: str, codes: set[str], whole: bool
) -> list[dict[str, Any]]:
    families = {ORGANIZATION: ORGANIZATION, DIRECTION: DIRECTION_STATUS}
    families |= {c.code: CLASSIFIER + c.code for c in campaign.classifiers}
    if level not in families:
        raise Invalid("level-unknown", levels=", ".join([*TERRITORY, *families]))
    chosen = None if whole else sorted(codes)
    if level == DIRECTION:
        return await _directions(pool, figures, campaign, chosen)
    async with pool.acquire() as db:
        rows = await store.by_family(db, campaign.id, families[level], chosen)
    return _of_family(rows, _names(figures, campaign, level, codes))


async def _directions(
    pool: Pool, figures: LiveFigures, campaign: CampaignDefined, chosen: Sequence[str] | None
) -> list[dict[str, Any]]:
    async with pool.acquire() as db:
        lives = by_direction(await store.by_direction(db, campaign.id, chosen))
    names = {direction.code: direction.name for direction in campaign.directions}
    return [
        {"code": code, "name": names.get(code, code), REGISTERED: 0, SUBMITTED: found.submitted}
        | figures.funnel(found)._asdict()
        for code in names | lives
        for found in [lives.get(code, life.NOTHING)]
    ]


def scope(figures: LiveFigures, within: str | None) -> set[str]:
    """The municipalities that `within` means. Raises Invalid for an unknown one."""
    s = figures.structure
    if within is None or within == "region":
        return set(s.municipalities)
    if within in s.municipalities:
        return set(s.with_settlements(within))
    if within in s.smos:
        return {code for code, municipality in s.municipalities.items() if municipality.smo == within}
    raise Invalid("within-unknown")


def places_of(figures: LiveFigures, level: str, codes: set[str]) -> list[tuple[str, str, list[str]]]:
    """The places of a level among some municipalities: code, name, and whose figures are summed into it: a
    district's with its settlements', a municipality's are its own."""
    s = figures.structure
    if level == "region":
        return [("region", "Регион", [*codes])]
    if level == "smo":
        members = {smo: [code for code in codes if s.smo_of(code) == smo] for smo in s.smos}
        return [(smo, s.smos[smo].name, own) for smo, own in members.items() if own]
    tier = s.upper_tier if level == "district" else s.municipalities.values()
    return [
        (m.code, m.name, s.with_settlements(m.code) if level == "district" else [m.code])
        for m in tier
        if m.code in codes
    ]


def _of_territory(figures: LiveFigures, level: str, codes: set[str], viewer: Viewer) -> list[dict[str, Any]]:
    s, sees = figures.structure, viewer.sees
    if level == "region":
        beside = fulfilment.of_several(figures, sees, codes)
        return [{"code": "region", "name": "Регион"} | _of_place(figures, codes, viewer) | beside]
    if level == "smo":
        members: dict[str, list[str]] = {smo: [] for smo in s.smos}
        for code in codes:
            if smo := s.smo_of(code):
                members[smo].append(code)
        return [
            {"code": i, "name": s.smos[i].name}
            | _of_place(figures, m, viewer)
            | fulfilment.of_several(figures, sees, m)
            for i, m in members.items()
        ]
    tier = s.upper_tier if level == "district" else s.municipalities.values()
    beside_of = fulfilment.of_district if level == "district" else fulfilment.of_municipality
    return [
        {"code": m.code, "name": m.name, "kind": m.kind, "parent": m.parent, "smo": m.smo}
        | _of_place(figures, s.with_settlements(m.code), viewer)
        | {
            "own_registered": figures.sums.of([m.code], REGISTERED),
            "own_submitted": figures.sums.of([m.code], SUBMITTED),
        }
        | beside_of(figures, sees, m.code)
        for m in tier
        if m.code in codes
    ]


def _of_place(figures: LiveFigures, codes: Collection[str], viewer: Viewer) -> dict[str, Any]:
    return {**_sums(figures, codes), **life.item_of(figures, codes, viewer)}


def _sums(figures: LiveFigures, codes: Iterable[str]) -> dict[str, int]:
    chosen = list(codes)
    return {
        "registered": figures.sums.of(chosen, REGISTERED),
        "submitted": figures.sums.of(chosen, SUBMITTED),
    }


def _names(figures: LiveFigures, campaign: CampaignDefined, level: str, codes: set[str]) -> Mapping[str, str]:
    if level == ORGANIZATION:
        organizations = figures.structure.organizations.values()
        return {str(o.id): o.name for o in organizations if o.founder in codes}
    values = next(c.values for c in campaign.classifiers if c.code == level)
    return {value.code: value.name for value in values}


def _of_family(rows: Iterable[tuple[str, str, str, int]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {REGISTERED: 0, SUBMITTED: 0})
    for code in names:
        sums[code] = {REGISTERED: 0, SUBMITTED: 0}
    for _, key, counter, n in rows:
        sums[key][counter] += n
    return [{"code": key, "name": names.get(key, _unnamed(key))} | n for key, n in sums.items()]


def _told(
    items: list[dict[str, Any]], campaign: CampaignDefined, level: str, totals: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Directions, or the values of a classifier, without what few initiators would be known by (rule 8)."""
    if level == DIRECTION:
        if min(totals.values()) < FEWEST:
            return [item | _shown(None) | life.STAGELESS for item in items]
        few = life.few_of({item["code"]: item[SUBMITTED] for item in items})
        return [item | life.STAGELESS if item["code"] in few else item for item in items]
    classifier = next(each for each in campaign.classifiers if each.code == level)
    counters = (REGISTERED, SUBMITTED)
    counted = {
        (classifier.code, item["code"], counter): item[counter] for item in items for counter in counters
    }
    lines = breakdown(classifier, counted, totals, inside=False).lines or []
    shown = {value.code: line for value, line in zip(classifier.values, lines, strict=False)}
    return [item | _shown(shown.get(item["code"])) for item in items]


def _shown(line: Line | None) -> dict[str, int | None]:
    told = (line.registered, line.submitted) if line else (None, None)
    registered, submitted = (n if isinstance(n, int) else None for n in told)
    return {REGISTERED: registered, SUBMITTED: submitted}


def _unnamed(key: str) -> str:
    return "Без организации" if key == NO_ORGANIZATION else key
