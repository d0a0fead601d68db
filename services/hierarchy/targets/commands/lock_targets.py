"""Lock the targets of a municipality, which are set or prepared; part of several commands."""

from dataclasses import dataclass
from datetime import datetime

from contracts.appointments import Scope
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns, locks, places
from services.hierarchy.targets.domain.proposals import Known, has_parts, people_of
from services.hierarchy.targets.domain.targets import (
    Figures,
    Typed,
    Version,
    check_figures,
    check_people,
    check_setting,
)
from services.hierarchy.targets.store import targets
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True, slots=True)
class Locked:
    """A municipality whose targets nobody else changes meanwhile, and the version in force."""

    place: Place
    campaign: CampaignDefined
    known: Known
    last: Version | None

    def check(self, typed: Typed) -> Figures:
        """The figures of a form. Raises Invalid with everything wrong."""
        return check_figures(typed, has_parts(self.known, self.place.of))

    def check_people(self, figures: Figures, sure: bool) -> None:
        """Raises Conflict for more than there are people, until somebody is sure."""
        check_people(figures, people_of(self.known, self.place.of, figures.scope), sure)


async def lock_place(db: Db, by: Staff, code: str) -> Place:
    """The municipality, whose appointments and targets change for nobody else until the transaction ends.
    Raises NotFound."""
    await targets.see_own(db, by)
    # Two versions at once: the second looks at the first one's number.
    await locks.tenants(db, code)
    return await places.find_one(db, Scope.MUNICIPALITY, code)


async def find_locked(db: Db, place: Place, now: datetime) -> Locked:
    """What stands in a locked municipality. Raises NotFound, Conflict outside the days and for a
    transformed one."""
    campaign = check_setting(await campaigns.now_open(db), now)
    if place.transformed:
        raise Conflict("municipality-transformed", name=place.name)
    known = await municipalities.all_by_code(db)
    return Locked(place, campaign, known, await targets.last(db, place.of, campaign))
