"""The live view's picture as its template needs it: counters, days, who leads and who lags."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from contracts.structure import CampaignDefined
from services.metrics.domain import COUNTERS
from services.metrics.picture.figures import Figures
from services.metrics.picture.structure import alphabet
from services.metrics.web.choice import GAPS, PER_HUNDRED, TABLE, TODAY, Choice
from services.metrics.web.measure import Measure, suffix

NAMED = 5
"""How many are named as leading or lagging."""

Gaps: TypeAlias = Mapping[str, int | None]
"""What is missing, by the codes of those municipalities whose coverage somebody sees; None where it was never
stated. Empty for a visitor."""


@dataclass(frozen=True, slots=True)
class Total:
    """One of the region's two large figures."""

    key: str
    value: int
    today: int
    hour: int
    definition: str
    href: str


@dataclass(frozen=True, slots=True)
class Days:
    """Where the campaign is: the day of so many, and how many are left with today; day 0 before the first."""

    day: int
    all: int
    left: int


@dataclass(frozen=True, slots=True)
class Named:
    """A municipality of the upper tier with what it is named for: `key` names the figure."""

    name: str
    short: str
    href: str
    key: str
    value: int | float
    audience: int | None = None


@dataclass(frozen=True, slots=True)
class Standings:
    """Who leads today, who lags by what comes from a hundred workers, and how many are silent."""

    leading: list[Named]
    lagging: list[Named]
    silent: int | None
    """None while nobody can be."""
    silent_names: list[str]
    """Of the upper tier."""
    href: str


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many municipalities lack nothing and nobody, of those that are the viewer's, and what all lack."""

    formed: int
    municipalities: int
    unknown: int
    gaps: int
    href: str


def breakdown(code: str) -> str:
    """The address of a municipality's page."""
    return f"/municipalities/{code}"


def totals(figures: Figures, campaign: CampaignDefined, choice: Choice) -> list[Total]:
    """The region's two counters."""
    today = figures.today()
    return [
        Total(
            key=counter,
            value=figures.sums.region[counter],
            today=today[counter],
            hour=figures.aside.last_hour[counter],
            definition=getattr(campaign.definitions, counter),
            href=choice.href(show=counter, view="table", sort=f"-{counter}") + "#municipalities",
        )
        for counter in COUNTERS
    ]


def days_of(campaign: CampaignDefined, today: date) -> Days:
    """The day of the campaign."""
    whole = (campaign.last_day - campaign.first_day).days + 1
    day = min(max((today - campaign.first_day).days + 1, 0), whole)
    left = (campaign.last_day - max(today, campaign.first_day)).days + 1
    return Days(day, whole, max(left, 0))


def standings(figures: Figures, show: str) -> Standings:
    """Of the upper tier, by the shown counter; whose workers are not known cannot lag."""
    upper, silent = figures.structure.upper_tier, figures.silent()
    short = figures.structure.short_names

    def ranked(rank: str) -> list[Named]:
        measure = Measure(figures, show, rank)
        key = show + suffix(rank)
        return [
            Named(m.name, short[m.code], breakdown(m.code), f"district {m.code} {key}", value, m.audience)
            for m, value in measure.ranked(upper)
        ]

    return Standings(
        leading=[s for s in reversed(ranked(TODAY)) if s.value][:NAMED],
        lagging=ranked(PER_HUNDRED)[:NAMED],
        silent=len(silent) if figures.silent_since else None,
        silent_names=[short[m.code] for m in upper if m.code in silent],
        href=Choice(show=show, view=TABLE, silent=True).href() + "#municipalities",
    )


def staffing(gaps: Gaps, choice: Choice) -> Staffing | None:
    """What the table says of gaps, summed; it leads there. None for those who see no coverage."""
    if not gaps:
        return None
    stated = [n for n in gaps.values() if n is not None]
    return Staffing(
        formed=stated.count(0),
        municipalities=len(gaps),
        unknown=len(gaps) - len(stated),
        gaps=sum(stated),
        href=choice.href(view=TABLE, sort=f"-{GAPS}", q="", smo="") + "#municipalities",
    )


def smos(figures: Figures) -> list[dict[str, str]]:
    """The SMOs to choose from: code and name."""
    named: Iterable[tuple[str, str]] = ((smo.id, smo.name) for smo in figures.structure.smos.values())
    return [{"code": i, "name": name} for i, name in sorted(named, key=lambda pair: alphabet(pair[1]))]
