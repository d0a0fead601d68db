"""Staff meetings. Pure: no database, no network, no clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.structure import CampaignDefined
from services.chassis import days
from services.chassis.days import DaySlugs
from services.chassis.errors import Conflict
from services.intake.core.domain import check_days, local

KEPT_SENT, KEPT_UNSENT = timedelta(days=7), timedelta(days=90)
"""How long names and rows are kept after the last change: once everything is sent, and otherwise."""

DAY = DaySlugs("staff-meeting-day-missing", "staff-meeting-day-early", "staff-meeting-day-late")


@dataclass(frozen=True, slots=True)
class StaffMeeting:
    """A meeting of an organization's staff, who enters what came of it, and how much is entered and waits."""

    municipality: str
    id: UUID
    campaign: str
    organization: UUID
    day: date
    account: UUID
    begun_at: datetime
    changed_at: datetime
    entered: int = 0
    waiting: int = 0
    erased: bool = False
    """Whether its names and rows are gone."""

    def check_open(self, campaign: CampaignDefined) -> None:
        """Raises Conflict for one of another campaign's, and for one whose names are gone."""
        if self.erased or self.campaign != campaign.id:
            raise Conflict("staff-meeting-closed")


def check_day(campaign: CampaignDefined, given: str, now: datetime) -> date:
    """The day of a meeting: of the campaign's days, and not in the future. Raises Invalid, Conflict."""
    check_days(campaign, now, campaign.last_day)
    return days.check_day(given, campaign.first_day, local(now, campaign).date(), DAY)
