"""The list of initiatives that somebody sees: a portion of it, how many there are, one of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.determination.reading.clocks import Clocks
from services.intake.determination.reading.sight import Sight, sights_of
from services.intake.determination.store import lists
from services.intake.determination.store.lists import Counted, Place, Wanted, Within
from services.intake.initiatives.domain import AWAITED, Initiative, begins_as


@dataclass(frozen=True, slots=True)
class Listed:
    """An initiative of a list, and until when it is to be decided on."""

    initiative: Initiative
    status: InitiativeStatus
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A portion of the list; `more`: it goes on after the last; `alike`: nothing had the words asked for."""

    items: Sequence[Listed]
    more: bool = False
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody who looks at initiatives, what they see of them, and when."""

    known: Subordination
    campaign: CampaignDefined
    sights: Sequence[Sight]
    clocks: Clocks
    now: datetime

    @classmethod
    def of(cls, known: Subordination, who: Staff, now: datetime) -> "Looking":
        """Raises NotFound without a campaign."""
        campaign = known.campaign
        return cls(known, campaign, sights_of(who, known, now), Clocks(known, campaign), now)

    @property
    def places(self) -> list[str]:
        """The municipalities of which something is seen."""
        return [sight.municipality for sight in self.sights]

    def of_group(self, group: UUID) -> frozenset[UUID]:
        """The organizations, of the municipalities of which something is seen, that a working group
        supervises."""
        known, picture = self.known, self.known.picture
        here = ((o.id, picture.home_of(o)) for o in picture.organizations.values())
        found = (
            (id_, known.group_for(place, None, id_, self.now)) for id_, place in here if place in self.places
        )
        return frozenset(id_ for id_, supervising in found if supervising and supervising.id == group)

    def covers(self, organization: UUID) -> bool:
        """Whether initiatives of an organization may be seen."""
        picture = self.known.picture
        found = picture.organizations.get(organization)
        return found is not None and any(s.covers(picture.home_of(found), found.id) for s in self.sights)

    def shown(self, initiative: Initiative) -> Listed:
        """As it is listed: in the state as it is shown, and with its time."""
        due = self.clocks.due_of(initiative)
        return Listed(
            initiative,
            self.status_of(initiative.status),
            due,
            overdue=due is not None and due < self.now,
        )

    def status_of(self, status: InitiativeStatus) -> InitiativeStatus:
        """What was submitted before is accepted where a campaign accepts at once."""
        return begins_as(self.campaign) if status is InitiativeStatus.SUBMITTED else status

    def statuses(self, wanted: InitiativeStatus) -> frozenset[InitiativeStatus]:
        """Under which states those are stored that are shown as this one."""
        return frozenset(status for status in InitiativeStatus if self.status_of(status) is wanted)

    def within(self, municipality: str = "") -> Within:
        """What is listed; of one municipality, if it is given."""
        sights = [s for s in self.sights if municipality in ("", s.municipality)]
        late = self.clocks.late_before
        return Within(
            [Place(s.municipality, s.whole, late(s.municipality, self.now)) for s in sights],
            {f"{s.municipality}/{code}" for s in sights for code in s.directions},
            {id_ for s in sights for id_ in s.organizations},
            self.campaign.id,
            AWAITED,
        )


async def page(pool: Pool, looking: Looking, wanted: Wanted, municipality: str, limit: int) -> Listing:
    """A portion, the newest first."""
    within = looking.within(municipality)
    if not within.places:
        return Listing([])
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *looking.places)
        found = await lists.page(db, within, wanted, limit + 1)
    items = [looking.shown(initiative) for initiative in found.items[:limit]]
    # What is like the words alone is shown once: below its last number nothing has them.
    return Listing(items, len(found.items) > limit and not found.alike, found.alike)


async def counts(db: Db, looking: Looking, municipality: str = "") -> Mapping[InitiativeStatus, Counted]:
    """How many there are in each state as it is shown."""
    counted: dict[InitiativeStatus, Counted] = {}
    for status, (n, late) in (await lists.counts(db, looking.within(municipality))).items():
        before = counted.get(looking.status_of(status), Counted(0, 0))
        counted[looking.status_of(status)] = Counted(before.n + n, before.late + late)
    return counted


async def one(db: Db, looking: Looking, id_: UUID) -> Initiative:
    """One that is seen. Raises NotFound for any other."""
    found = await lists.one(db, looking.places, id_)
    if found is None or not sees(looking.sights, found):
        raise NotFound("initiative-not-here")
    return found


def sees(sights: Collection[Sight], initiative: Initiative) -> bool:
    """Whether it is among what somebody sees."""
    return any(sight.shows(initiative) for sight in sights)
