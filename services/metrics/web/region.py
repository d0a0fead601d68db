"""Pages: the live view of the region, and a municipality's open figures."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from minijinja import Markup

from contracts.appointments import CoverageStated
from contracts.structure import CampaignDefined
from services.chassis.errors import NotFound
from services.chassis.streams import mirror
from services.chassis.web.pages import Pages
from services.chassis.web.requests import AnyRequest
from services.chassis.web.tables import ending_of, files
from services.directory.staff import RENEWAL
from services.metrics.cases.definitions import DEFINITIONS, WORK_DEFINITIONS
from services.metrics.domain import REGISTERED, SUBMITTED
from services.metrics.picture.coverage import gaps_of
from services.metrics.picture.figures import Figures
from services.metrics.picture.life import by_direction
from services.metrics.picture.live import LiveFigures
from services.metrics.picture.reported import SOURCES, before, live
from services.metrics.store import figures as store
from services.metrics.web import exports, life, picture, table, words
from services.metrics.web.attention import attention
from services.metrics.web.calling import call
from services.metrics.web.choice import TABLE, Choice
from services.metrics.web.comparison.course import plan_days
from services.metrics.web.counters import of_json
from services.metrics.web.curve import region_curve
from services.metrics.web.hotline.asked import ADDRESS as HOTLINE
from services.metrics.web.initiators import Breakdown, breakdowns
from services.metrics.web.licence import Licence
from services.metrics.web.municipality import open_figures
from services.metrics.web.own import own_figures
from services.metrics.web.picture import Gaps, breakdown
from services.metrics.web.plan.beside import Beside, band
from services.metrics.web.rights import NOBODY, Rights, Viewer
from services.metrics.web.summary import summary
from services.metrics.web.tiles import Tiles
from services.metrics.web.waiting import waiting
from services.metrics.web.work.asked import ADDRESS as WORK

KEPT = 200
"""How many drawn parts a picture keeps at most: a table of 955 municipalities is about 350 KB."""


@get("/region", include_in_schema=False, exception_handlers=RENEWAL)
async def region(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    pool: NamedDependency[Pool],
    rights: NamedDependency[Rights],
    licence: NamedDependency[Licence],
) -> Response[str] | Response[bytes]:
    """The live view of the region, or of one's own part of it; complete without JavaScript. Its table also as
    a file (`format=csv` or `xlsx`)."""
    figures, ending = await rights.of_region(request), ending_of(request.query_params)
    seeing = await rights.viewer(request)
    choice, beside = chosen(request, figures, seeing)
    # A wall is looked at by everybody who passes; whoever hung it up has signed in for its plan.
    viewer = NOBODY if choice.wall else seeing
    gaps = rights.gaps(viewer, figures)
    campaign = figures.structure.campaign
    common = {**_around(figures, campaign, choice), "staff": viewer.staff}
    if campaign is None or not figures.structure.municipalities:
        return pages.render(request, "region_empty.html", **common)
    if ending:
        sight = exports.Sight(viewer, choice, gaps, beside, licence.of(campaign, viewer))
        return await exports.of_region(figures, campaign, sight, ending)
    # Of the same part as the file below it.
    initiators = (
        await initiators_of(pool, await rights.of_own(request), campaign, viewer) if viewer.sees else []
    )
    seen: dict[str, Any] = {
        "totals": picture.totals(figures, campaign, choice),
        "band": band(figures, beside, choice),
        "curve": region_curve(figures, campaign, choice, beside),
        "movements": [figures.told(movement) for movement in figures.aside.movements],
        "came": life.chosen(figures, choice, viewer),
        "life_definitions": life.DEFINITIONS,
    }
    if choice.wall:
        seen |= {
            "standings": picture.standings(figures, choice.show),
            "pages": Tiles(figures, choice, beside).pages(),
            "legend": words.TITLES[choice.show, choice.rank],
            "hotline": _hotline(figures, viewer),
        }
        return pages.render(request, "region_wall.html", **common, **seen)
    return pages.render(
        request,
        "region.html",
        **common,
        **seen,
        standings=standings(pages, figures, choice.show),
        part=figures.codes is not None,
        staffing=picture.staffing(gaps, choice),
        hotline=_hotline(figures, viewer),
        hotline_definitions=DEFINITIONS,
        initiators=initiators,
        files_of_initiators=files("/region/initiators"),
        files=files("/region", **replace(choice, view=TABLE, sort=choice.order).query())
        | {"json": of_json()},
        licence=licence.of(campaign),
        drawn=municipalities(pages, figures, choice, gaps if choice.view == TABLE else {}, beside),
    )


def _hotline(figures: Figures, viewer: Viewer) -> dict[str, Any] | None:
    """What the live view says of the hotline; nothing to a visitor before it was asked anything."""
    return figures.hotline.told() if viewer.staff or figures.hotline.known() else None


def chosen(request: AnyRequest, figures: Figures, viewer: Viewer) -> tuple[Choice, Beside]:
    """What an address expresses for a viewer, and the plan that they see beside the picture: where there is
    any, municipalities are compared by it unless the address says otherwise."""
    beside = Beside(figures, viewer.sees, viewer.opens, viewer.calls)
    choice = Choice.of(dict(request.query_params.items()), planned=bool(beside), usual=beside.usual)
    # Nobody can be silent yet, or any more.
    return (choice if figures.silent_since else replace(choice, silent=False)), beside


def municipalities(pages: Pages, figures: Figures, choice: Choice, gaps: Gaps, beside: Beside) -> Markup:
    """The page's part that grows with the region: drawn once for all who see the same while no figure moves,
    unless they look for something."""
    if choice.q or choice.smo:
        return _drawn(pages, figures, choice, gaps, beside)
    key = choice, figures.day, frozenset(gaps.items()), beside.codes, beside.opens, beside.calls
    return _kept(figures, key, lambda: _drawn(pages, figures, choice, gaps, beside))


def standings(pages: Pages, figures: Figures, show: str) -> Markup:
    """Who leads and who lags, found among all and drawn as seldom."""

    def drawn() -> Markup:
        return pages.part("region_standings.html", standings=picture.standings(figures, show))

    return _kept(figures, ("standings", show, figures.day), drawn)


def _kept(figures: Figures, key: Hashable, draw: Callable[[], Markup]) -> Markup:
    if key not in figures.drawn:
        if len(figures.drawn) >= KEPT:
            figures.drawn.clear()
        figures.drawn[key] = draw()
    kept: Markup = figures.drawn[key]
    return kept


def _drawn(pages: Pages, figures: Figures, choice: Choice, gaps: Gaps, beside: Beside) -> Markup:
    in_table = choice.view == TABLE
    rows = table.rows(figures, choice, gaps, beside) if in_table else []
    councils = [] if in_table else Tiles(figures, choice, beside).councils()
    shown = [not row.hidden for row in rows] + [not tile.hidden for c in councils for tile in c.tiles]
    return pages.part(
        "region_municipalities.html",
        choice=choice,
        region=figures.sums.region,
        may_be_silent=figures.silent_since is not None,
        table_view=in_table,
        caption=words.caption(choice),
        legend=words.TITLES[choice.show, choice.rank],
        councils=councils,
        rows=rows,
        meeting=_call(figures, choice, beside),
        whole=None if choice.smo or choice.is_listing else table.whole(figures, choice, beside),
        planned=bool(beside),
        sorted=choice.order,
        covered=bool(gaps),
        found=any(shown),
        orders=table.orders(choice),
        smos=picture.smos(figures),
        live=live(figures),
        sources=SOURCES,
    )


def _call(figures: Figures, choice: Choice, beside: Beside) -> str:
    """Where those of a list that is shown are called to a meeting."""
    if not choice.is_listing:
        return ""
    return call([m.code for m in table.listed_of(figures, choice, beside)], beside.calls)


async def initiators_of(
    pool: Pool, figures: Figures, campaign: CampaignDefined, viewer: Viewer
) -> list[Breakdown]:
    """Who submits, in a whole picture, as far as the viewer may know it."""
    async with pool.acquire() as db:
        counted = await store.by_classifier(db, campaign.id, figures.codes)
    inside = viewer.is_inside(figures.structure.municipalities)
    return breakdowns(campaign, counted, figures.sums.region, inside)


@get("/region/initiators", include_in_schema=False, exception_handlers=RENEWAL)
async def initiators(
    request: AnyRequest,
    pool: NamedDependency[Pool],
    rights: NamedDependency[Rights],
) -> Response[bytes]:
    """Who submits in what is one's own, as a file."""
    figures, ending = await rights.of_own(request), ending_of(request.query_params) or "xlsx"
    campaign = _campaign(figures)
    shown = await initiators_of(pool, figures, campaign, await rights.viewer(request))
    return await exports.of_initiators(figures, campaign, shown, ending)


@get("/region/curve", include_in_schema=False)
async def curve(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    rights: NamedDependency[Rights],
) -> Response[str]:
    """The curves alone, for a page that is open already."""
    figures = await rights.of_region(request, open_page=True)
    choice, beside = chosen(request, figures, await rights.viewer(request))
    campaign = _campaign(figures)
    return pages.render(
        request,
        "region_curve.html",
        choice=choice,
        curve=region_curve(figures, campaign, choice, beside),
        band=band(figures, beside, choice),
        campaign=campaign,
        standings=standings(pages, figures, choice.show),
    )


@get("/region/picture", include_in_schema=False)
async def current(request: AnyRequest, rights: NamedDependency[Rights]) -> Response[bytes]:
    """The stream's picture alone, for an open page that the stream does not reach."""
    figures = await rights.of_region(request, open_page=True)
    return Response(figures.current(), media_type="application/json", headers={"Cache-Control": "no-store"})


@get("/municipalities/{code:str}", include_in_schema=False, exception_handlers=RENEWAL)
async def municipality(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    figures: NamedDependency[LiveFigures],
    pool: NamedDependency[Pool],
    rights: NamedDependency[Rights],
    licence: NamedDependency[Licence],
    code: FromPath[str],
) -> Response[str] | Response[bytes]:
    """A municipality's open figures; also as a file (`format=csv` or `xlsx`)."""
    campaign, found = _campaign(figures), figures.structure.municipalities.get(code)
    if found is None:
        raise NotFound("municipality-unknown")
    codes = figures.structure.with_settlements(code)
    await rights.check_totals(request, codes)
    viewer, ending = await rights.viewer(request), ending_of(request.query_params)
    covered = code in viewer.sees
    async with pool.acquire() as db:
        lives = by_direction(await store.by_direction(db, campaign.id, codes))
        stated = await mirror.one(db, CoverageStated, f"coverage:{campaign.id}:{code}") if covered else None
        counted = await store.by_classifier(db, campaign.id, codes) if viewer.sees >= {*codes} else None
    inside, named = viewer.sees >= {*codes}, urlencode({"q": found.name})
    beside = Beside(figures, viewer.sees, viewer.opens)
    directions = life.of_directions(figures, campaign.directions, lives, viewer.is_inside(codes))
    seen = open_figures(figures, campaign, found, directions, beside)
    totals = {REGISTERED: seen.registered, SUBMITTED: seen.submitted}
    shown = [] if counted is None else breakdowns(campaign, counted, totals, viewer.is_inside(codes))
    came = life.came(figures, "", "", codes, viewer)
    if ending:
        parts = exports.Parts(seen, came, shown, licence.of(campaign, viewer))
        return await exports.of_municipality(figures, campaign, parts, ending)
    serving = figures.structure.municipalities.get(stated.served_by or "") if stated else None
    return pages.render(
        request,
        "municipality.html",
        **_around(figures, campaign, Choice()),
        seen=seen,
        came=came,
        life_definitions=life.DEFINITIONS,
        covered=covered,
        planned=bool(beside.codes & {*codes}),
        opens=code in beside.opens,
        staff=viewer.staff,
        coverage=stated,
        gaps=gaps_of(stated) if stated else None,
        serving=serving,
        reported=figures.reported.get(code),
        reported_before=before(figures, code),
        sources=SOURCES,
        hotline=figures.hotline.of(codes),
        line=figures.hotline.lines.get(code, ""),
        hotline_definitions=DEFINITIONS,
        hotline_of=f"{HOTLINE}?{named}" if inside else "",
        work=None if (done := figures.work.of(codes)).is_empty or not inside else done,
        work_of=f"{WORK}?{named}",
        work_definitions=WORK_DEFINITIONS,
        initiators=shown,
        files=files(breakdown(code)) | {"json": of_json(within=code)},
        licence=licence.of(campaign),
        texts=f"/open/{code}" if campaign.life.texts != "staff" else "",
    )


def _campaign(figures: Figures) -> CampaignDefined:
    if figures.structure.campaign is None:
        raise NotFound("campaign-not-open")
    return figures.structure.campaign


def _around(figures: Figures, campaign: CampaignDefined | None, choice: Choice) -> dict[str, Any]:
    return {
        "choice": choice,
        "campaign": campaign,
        "region": campaign.name if campaign else "",
        "demonstration": bool(campaign and campaign.demonstration),
        "wall": choice.wall,
        "as_of": figures.as_of,
        "today": figures.day.isoformat(),
        "days": picture.days_of(campaign, figures.day) if campaign else None,
        "zone": str(figures.zone),
        "municipalities": len(figures.structure.municipalities),
    }


REGION_PAGES: list[Any] = [
    *(region, initiators, curve, current, own_figures, attention, plan_days, waiting, summary, municipality),
]
