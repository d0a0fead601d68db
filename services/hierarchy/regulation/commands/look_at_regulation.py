"""Look at the regulation of a place: what is promised now, and what is to come; part of pages and API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.appointments import Scope, Step
from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.calendar import Calendars
from services.directory.regulation import Promise, in_force, promised
from services.directory.working_time import Schedule
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.regulation.domain.versions import STEPS, Version, by_default, standing
from services.hierarchy.regulation.store import regulations
from services.hierarchy.territory.store import calendars


@dataclass(frozen=True, slots=True)
class Looked:
    """A place on a day: `promises` by step, and when it works (`stands`: the version that says so); its own
    versions from the first, and those of them that are to come."""

    place: Place
    day: date
    promises: Mapping[Step, Promise]
    stands: Version
    own: Sequence[Version]
    coming: Sequence[Version]
    calendars: Calendars

    @property
    def minutes(self) -> Mapping[Step, int]:
        """Step → within how much working time."""
        return {step: promise.minutes for step, promise in self.promises.items()}

    @property
    def schedule(self) -> Schedule:
        """When it works."""
        return Schedule.of(self.stands.week, self.stands.time_zone, self.calendars)


async def look_at_regulation(db: Db, code: str | None, now: datetime) -> Looked:
    """What is promised in a municipality, or by the region: it is public. Raises NotFound for a municipality
    that there is not, and before the first campaign."""
    place = await places.find_one(db, *((Scope.MUNICIPALITY, code) if code else (Scope.REGION, REGION)))
    await tenancy.see(db, place.tenant, REGION)
    campaign = await campaigns.current(db)
    known = await regulations.of_places(db, place.tenant, REGION)
    if campaign is None:
        raise NotFound("regulation-without-campaign")
    # Until the worker has stored it, a moment after the first campaign was opened.
    known = known or [by_default(campaign, now)]
    day, events = region_day(campaign, now), [each.event() for each in known]
    found = {step: promised(events, code, day, step) for step in STEPS}
    version = in_force(events, code, day)
    if version is None:
        raise NotFound("regulation-without-campaign")
    own = [each for each in known if each.municipality == place.tenant]
    return Looked(
        place=place,
        day=day,
        promises={step: each for step, each in found.items() if each},
        stands=known[events.index(version)],
        own=own,
        coming=[each for each in standing(own, place.tenant, day) if each.from_day > day],
        calendars={year: each.calendar for year, each in (await calendars.all_by_year(db)).items()},
    )
