"""The figures of one's own, as a fragment for other services' pages: both figures with their fortnight."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from contracts.structure import OrganizationDefined
from services.chassis.errors import NotFound
from services.chassis.web.pages import Pages
from services.chassis.web.requests import AnyRequest
from services.metrics.domain import COUNTERS
from services.metrics.picture.figures import Figures
from services.metrics.picture.live import LiveFigures
from services.metrics.store import figures as store
from services.metrics.web.curve import fortnight, usual
from services.metrics.web.picture import breakdown
from services.metrics.web.plan.beside import NO_TARGET, Against, Beside, due_of
from services.metrics.web.rights import Rights


@dataclass(frozen=True, slots=True)
class Silence:
    """How many of a municipality's organizations are silent."""

    organizations: int
    among: int


@dataclass(frozen=True, slots=True)
class Own:
    """A figure by day; unknown without a campaign."""

    key: str
    days: Mapping[date, int] | None
    today: date
    standing: Against = NO_TARGET
    due: float | None = None

    @property
    def total(self) -> int | None:
        """All that was counted."""
        return None if self.days is None else sum(self.days.values())

    @property
    def fortnight(self) -> list[int]:
        """The last fourteen days, today the last of them."""
        return fortnight(self.days or {}, self.today)

    @property
    def usual(self) -> int:
        """What the tallest bar of an ordinary day stands for."""
        return usual(self.fortnight)


@get("/region/figures", include_in_schema=False)
async def own_figures(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    figures: NamedDependency[LiveFigures],
    pool: NamedDependency[Pool],
    rights: NamedDependency[Rights],
    municipality: FromQuery[str | None] = None,
    organization: FromQuery[str | None] = None,
) -> Response[str]:
    """Of a municipality with its settlements, of an organization, or of all that is one's own."""
    silence, standings = None, dict.fromkeys(COUNTERS, NO_TARGET)
    if organization is not None:
        school = _organization(figures, organization)
        await rights.check_organization(request, school)
        href, days = breakdown(school.founder), await _days_of(pool, figures, school)
    elif municipality is not None:
        codes = _codes(figures, municipality)
        await rights.check_staff(request, codes)
        href, days = breakdown(municipality), _days(figures, codes)
        standings = _of_place(figures, municipality, codes)
        silence = await _silence(pool, figures, codes)
    else:
        own = await rights.own(request)
        href, days = "/region", _days(figures, own)
        standings = {counter: Beside(figures, own).together(counter) for counter in COUNTERS}
    shown = [
        Own(
            counter,
            days.get(counter, {}) if figures.campaign_id else None,
            figures.day,
            standings[counter],
            due_of(figures, counter),
        )
        for counter in COUNTERS
    ]
    return pages.render(
        request,
        "region_figures.html",
        shown=shown,
        href=href,
        silence=silence,
        campaign=figures.structure.campaign,
        as_of=figures.as_of,
        zone=str(figures.zone),
    )


def _of_place(figures: Figures, code: str, codes: Collection[str]) -> dict[str, Against]:
    beside = Beside(figures, set(codes))
    return {counter: beside.whole(figures.structure.municipalities[code], counter) for counter in COUNTERS}


def _codes(figures: Figures, municipality: str) -> list[str]:
    if municipality not in figures.structure.municipalities:
        raise NotFound("within-unknown")
    return figures.structure.with_settlements(municipality)


def _organization(figures: Figures, organization: str) -> OrganizationDefined:
    try:
        return figures.structure.organizations[UUID(organization)]
    except (KeyError, ValueError) as error:
        raise NotFound("within-unknown") from error


def _days(figures: Figures, codes: Collection[str]) -> dict[str, dict[date, int]]:
    return {counter: figures.sums.by_day(codes, counter) for counter in COUNTERS}


async def _days_of(
    pool: Pool, figures: Figures, organization: OrganizationDefined
) -> dict[str, dict[date, int]]:
    codes = figures.structure.with_settlements(organization.founder)
    async with pool.acquire() as db:
        return await store.of_organization(db, figures.campaign_id, codes, organization.id)


async def _silence(pool: Pool, figures: Figures, codes: Collection[str]) -> Silence | None:
    """None while the campaign is too young for it, or over."""
    since = figures.silent_since
    known = {o.id for o in figures.structure.organizations.values() if o.founder in codes and not o.closed}
    if since is None or not known:
        return None
    begin = datetime.combine(since, time(), figures.zone)
    async with pool.acquire() as db:
        heard = await store.heard_of(db, figures.campaign_id, codes, begin)
    return Silence(len(known - heard), len(known))
