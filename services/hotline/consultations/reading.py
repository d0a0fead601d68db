"""Which consultations of which days are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from contracts.structure import CampaignDefined
from services.chassis.days import day_of, end_of, today
from services.chassis.errors import Checks, Invalid
from services.chassis.web.forms import uuid_of
from services.hotline.consultations.store.consultations import Wanted


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to another, both with them, by the region's clocks."""

    first: date
    last: date
    zone: str

    def wanted(self, level: str = "", mode: str = "", organization: str = "") -> Wanted:
        """The consultations of these days, of these dimensions where they are given."""
        zone = ZoneInfo(self.zone)
        begins = end_of(self.first - timedelta(days=1), zone)
        return Wanted(begins, end_of(self.last, zone), level, mode, uuid_of(organization))


def period_of(query: Mapping[str, str], campaign: CampaignDefined, now: datetime) -> Period:
    """What the address asks for as `from` and `to`; the campaign's days up to today where it says nothing.

    Raises Invalid.
    """
    checks = Checks()
    first = checks.take(lambda: _day(query, "from", campaign.prepare_from))
    last = checks.take(lambda: _day(query, "to", max(today(campaign.time_zone, now), campaign.prepare_from)))
    checks.settle()
    if first > last:
        raise Invalid("period-order", field="from")
    return Period(first, last, campaign.time_zone)


def _day(query: Mapping[str, str], name: str, otherwise: date) -> date:
    if not (given := query.get(name, "")):
        return otherwise
    if (found := day_of(given)) is None:
        raise Invalid("period-day", field=name)
    return found
