"""The kit of the hotline's pages: who looks, and what every page of the desk has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound, Unauthorized
from services.chassis.web import moments
from services.chassis.web.moments import Moments
from services.chassis.web.pages import Pages
from services.chassis.web.problems import Sentences
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Recognised, Visit
from services.directory.grants import Staff
from services.directory.initials import signed
from services.directory.sections import sections_of
from services.directory.staff import StaffDesk
from services.hotline.core.region import Region
from services.hotline.core.store import colleagues

SESSIONS = 10_000
"""Of as many it is remembered that they were noted."""


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
    seen: dict[UUID, datetime] = field(default_factory=dict)
    """Session → when it was noted last that they are here."""

    async def recognise(self, request: AnyRequest) -> Recognised[Staff]:
        """Who of the staff is signed in. A token that has run out is renewed by hierarchy."""
        try:
            staff = await self.desk.of(request)
        except Unauthorized:
            return Recognised()
        await self._notice(staff, self.now(request))
        return Recognised(staff, str(staff.account), staff.name)

    async def _notice(self, staff: Staff, now: datetime) -> None:
        """Colleagues are offered by the names in their tokens: those who have been here."""
        last = self.seen.get(staff.session)
        if not (staff.name and staff.municipalities) or (last and now - last < colleagues.AGAIN):
            return
        if len(self.seen) > SESSIONS:
            self.seen.clear()
        self.seen[staff.session] = now
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *staff.municipalities)
            await colleagues.see(db, staff, now)

    async def common(self, visit: Visit[Staff]) -> Mapping[str, object]:
        """The values that every page of the hotline has."""
        try:
            campaign = self.region.known.campaign
        except NotFound:
            campaign = None
        return {
            "visitor": signed(visit.recognised.name),
            "staff": visit.recognised.who,
            "menu": sections_of(visit.recognised.who),
            "campaign": campaign,
            "region": campaign.name if campaign else "",
            "zone": self.region.known.zone,
            "demonstration": self.is_demonstration,
            "home": "/cabinet" if visit.signed_in else "/",
        }

    @property
    def is_demonstration(self) -> bool:
        """Whether the open campaign is for demonstration."""
        return self.region.known.picture.is_demonstration

    def now(self, request: AnyRequest) -> datetime:
        """When this happens, in a demonstration as its header says. Raises Malformed."""
        return self.moments.of(request, "", moments.is_given(request) and self.is_demonstration)
