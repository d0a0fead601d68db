"""What «Сегодня» shows beside what waits: the days to come, and where the figures are."""

from dataclasses import dataclass
from datetime import date

from contracts.appointments import Scope
from contracts.structure import CampaignDefined
from services.directory.grants import Staff
from services.hierarchy.core.tenants import overseen

OVER = (Scope.MUNICIPALITY, Scope.GROUP)
MOST = 3
"""Figures of as many places stand on a first page: each is a request of its own."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A day of the campaign that is still to come, in how many days, and what it is."""

    day: date
    left: int
    what: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Where metrics answers with figures to stand in a page, and its page with the same and more."""

    part: str
    page: str


def coming(campaign: CampaignDefined, today: date) -> list[Coming]:
    """The days to come, the nearest first."""
    days = (
        (campaign.first_day, "начинают принимать инициативы"),
        (campaign.last_day, "последний день, когда подают инициативы"),
        (campaign.close_until, "последний день, когда отвечают и подводят итоги"),
    )
    return [Coming(day, (day - today).days, what) for day, what in days if day >= today]


def figures_of(staff: Staff) -> list[Figures]:
    """The figures of what they act over: of the region or an SMO, or of each place."""
    if overseen(staff) is not None:
        return [Figures("/region/figures", "/region")]
    whole = {grant.municipality for grant in staff.grants if grant.municipality and grant.scope in OVER}
    schools = staff.reach(Scope.ORGANIZATION)
    return [
        *(Figures(f"/region/figures?municipality={of}", f"/municipalities/{of}") for of in sorted(whole)),
        *(Figures(f"/region/figures?organization={of}", "/region") for of in sorted(schools)),
    ][:MOST]
