"""The kit of intake's pages for the staff: who looks, and what every one of their pages has.

Their controllers name `dependencies = OFFICE`: the application's own `visit` is that of participants.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from litestar.di import Provide

from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound, Unauthorized
from services.chassis.web import moments
from services.chassis.web.moments import Moments
from services.chassis.web.pages import Pages
from services.chassis.web.problems import Sentences
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Recognised, Visit, visits
from services.directory.grants import Staff
from services.directory.initials import signed
from services.directory.sections import sections_of
from services.directory.staff import StaffDesk
from services.directory.subordination import Region
from services.intake.core.authority import Deed, places_of
from services.intake.core.calls import STAFF

OFFICE = {"visit": Provide(visits("office")), "known": STAFF["known"]}
"""The dependencies of pages for the staff."""


@dataclass(slots=True)
class OfficeKit:
    """Intake's pages for the staff, for one installation."""

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
        """The values that every page of the staff's has."""
        try:
            campaign = self.region.known.campaign
        except NotFound:
            campaign = None
        staff = visit.recognised.who
        return {
            "visitor": signed(visit.recognised.name),
            "staff": staff,
            "menu": sections_of(staff),
            "enters": bool(staff and places_of(staff, Deed.ENTER)),
            "campaign": campaign,
            "region": campaign.name if campaign else "",
            "zone": self.region.known.zone,
            "demonstration": self.is_demonstration,
            "home": "/cabinet",
        }

    @property
    def is_demonstration(self) -> bool:
        """Whether the open campaign is for demonstration."""
        return self.region.known.picture.is_demonstration

    def now(self, request: AnyRequest) -> datetime:
        """When this happens, in a demonstration as its header says. Raises Malformed."""
        return self.moments.of(request, "", moments.is_given(request) and self.is_demonstration)
