"""A municipality's open figures: totals, days, directions, settlements."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.structure import CampaignDefined, MunicipalityDefined
from services.metrics.domain import COUNTERS, FEWEST, REGISTERED, SUBMITTED
from services.metrics.picture.figures import Figures
from services.metrics.web.curve import Curve, by_day
from services.metrics.web.life import OfDirection
from services.metrics.web.picture import breakdown
from services.metrics.web.plan.beside import Against, Beside, due_of


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a breakdown: a settlement, or the district itself (without a name)."""

    name: str
    href: str
    registered: int
    submitted: int
    standings: Mapping[str, Against] = field(default_factory=dict)
    """By counter beside its own target, for whoever sees it."""


@dataclass(frozen=True, slots=True)
class OpenFigures:
    """What everybody may see of one municipality; a district's with its settlements."""

    municipality: MunicipalityDefined
    district: MunicipalityDefined | None
    smo: str
    registered: int
    submitted: int
    today: dict[str, int]
    days: dict[str, Curve]
    parts: list[Part]
    directions: list[OfDirection] | None
    """Most first; None where the group is too small to be broken down."""
    standings: Mapping[str, Against]
    """By counter beside what it wants with its settlements, for whoever sees it."""
    due: Mapping[str, float | None]

    @property
    def district_href(self) -> str:
        """The address of the district's page."""
        return breakdown(self.district.code) if self.district else ""


def open_figures(
    figures: Figures,
    campaign: CampaignDefined,
    municipality: MunicipalityDefined,
    directions: list[OfDirection],
    beside: Beside,
) -> OpenFigures:
    """The picture of one municipality."""
    s = figures.structure
    codes = s.with_settlements(municipality.code)
    today = figures.day
    days = {counter: figures.sums.by_day(codes, counter) for counter in COUNTERS}
    both = {day for counted in days.values() for day, n in counted.items() if n}
    registered, submitted = (figures.sums.of(codes, counter) for counter in COUNTERS)
    smo = s.smos.get(municipality.smo or "")
    # Initiators are at most as many as those registered, and as what was submitted.
    enough = min(registered, submitted) >= FEWEST
    return OpenFigures(
        municipality=municipality,
        district=s.municipalities.get(municipality.parent or ""),
        smo=smo.name if smo else "",
        registered=registered,
        submitted=submitted,
        today={counter: days[counter].get(today, 0) for counter in COUNTERS},
        days={counter: by_day(days[counter], campaign, today, both) for counter in COUNTERS},
        parts=_parts(figures, municipality, beside),
        standings={counter: beside.whole(municipality, counter) for counter in COUNTERS},
        due={counter: due_of(figures, counter) for counter in COUNTERS},
        directions=directions if enough else None,
    )


def _parts(figures: Figures, municipality: MunicipalityDefined, beside: Beside) -> list[Part]:
    settlements = figures.structure.settlements.get(municipality.code)
    if not settlements:
        return []
    return [
        _part(figures, municipality, "", beside),
        *(_part(figures, settlement, settlement.name, beside) for settlement in settlements),
    ]


def _part(figures: Figures, m: MunicipalityDefined, name: str, beside: Beside) -> Part:
    registered, submitted = (figures.sums.of([m.code], counter) for counter in (REGISTERED, SUBMITTED))
    # What the district wants with its settlements is no target of the district alone: it stands above.
    standings = {} if not name and beside.is_of_settlements(m.code) else beside.owns(m)
    return Part(name, breakdown(m.code) if name else "", registered, submitted, standings)
