"""The kit of the hotline's pages: who looks, and what every page of the desk has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound, Unauthorized
from services.chassis.web import moments
from services.chassis.web.moments import Moments
from services.chassis.web.pages import Pages
from services.chassis.web.problems import Sentences
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Recognised, Visit
from services.directory.grants import Staff
from services.directory.staff import StaffDesk
from services.hotline.core.region import Region


@dataclass(slots=True)
class HotlineKit:
    """The hotline's pages, for one installation; most of them are for the staff alone."""

    pool: Pool
    pages: Pages
    sentences: Sentences
    secure: bool
    desk: StaffDesk
    region: Region
    moments: Moments

    async def recognise(self, request: AnyRequest) -> Recognised[Staff]:
        """Who of the staff is signed in. A token that has run out is renewed by hierarchy."""
        try:
            staff = await self.desk.of(request)
        except Unauthorized:
            return Recognised()
        return Recognised(staff, str(staff.account), staff.name)

    async def common(self, visit: Visit[Staff]) -> Mapping[str, object]:
        """The values that every page of the hotline has."""
        try:
            campaign = self.region.known.campaign
        except NotFound:
            campaign = None
        return {
            "visitor": visit.recognised.name,
            "staff": visit.recognised.who,
            "campaign": campaign,
            "region": campaign.name if campaign else "",
            "zone": campaign.time_zone if campaign else "UTC",
            "demonstration": self.is_demonstration,
            "home": "/cabinet" if visit.signed_in else "/",
        }

    @property
    def is_demonstration(self) -> bool:
        """Whether the open campaign is for demonstration."""
        campaigns = self.region.known.picture.campaigns.values()
        return any(campaign.open and campaign.demonstration for campaign in campaigns)

    def now(self, request: AnyRequest) -> datetime:
        """When this happens, in a demonstration as its header says. Raises Malformed."""
        return self.moments.of(request, "", moments.is_given(request) and self.is_demonstration)
