"""Set by when summaries are due."""

from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Level, Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Conflict, Invalid
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import check_act
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.domain.audit import CADENCE_SET
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import audit, locks, places
from services.hierarchy.core.tenants import around
from services.hierarchy.reports.commands.look_at_report import open_campaign
from services.hierarchy.reports.domain.cadence import Version, check_from, check_rhythm
from services.hierarchy.reports.domain.reports import check_open
from services.hierarchy.reports.store import cadences


@dataclass(frozen=True, slots=True)
class NewCadence:
    """As it is typed. `group`: whose leader sets it for the group's coordinators; none: the Head for the
    whole municipality, by an act (`number`, `day`), for the coordinators or for the groups (`level`)."""

    municipality: str
    group: UUID | None
    level: str
    weekday: str
    at: str
    from_day: str
    number: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class CadenceSet:
    """The number of the new version."""

    number: int


async def set_cadence(pool: Pool, by: Staff, given: NewCadence, at: Moment) -> CadenceSet:
    """What is prepared already stays as it is.

    Raises NotFound, Forbidden, Conflict without a campaign and for a transformed municipality, Invalid with
    everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, CadenceSet):
            return done
        await tenancy.see(db, *around(by))
        place = await place_of(db, given.municipality, given.group)
        who = authority(by, Deed.SET_CADENCE, place)
        if place.transformed:
            raise Conflict("municipality-transformed", name=place.name)
        # Two at once: the second looks at the first one's number.
        await locks.tenants(db, place.tenant)
        version = await _version(db, place, given, who, at)
        await cadences.add(db, version)
        await audit.note(db, place.tenant, who, at.now, CADENCE_SET, version.subject)
        return await idempotency.keep(db, at, CadenceSet(version.number))


async def place_of(db: Db, municipality: str, group: UUID | None) -> Place:
    """The municipality, or a working group of it. Raises NotFound."""
    if group is None:
        return await places.find_one(db, Scope.MUNICIPALITY, municipality)
    return await places.find_one(db, Scope.GROUP, str(group))


async def _version(db: Db, place: Place, given: NewCadence, who: Acting, at: Moment) -> Version:
    campaign, checks = await open_campaign(db), Checks()
    check_open(campaign, at.now)
    level = checks.take(lambda: _level(given))
    rhythm = checks.take(lambda: check_rhythm(given.weekday, given.at))
    from_day = checks.take(lambda: check_from(given.from_day, region_day(campaign, at.now), campaign))
    act = checks.take(lambda: None if place.group else check_act(given.number, given.day, campaign, at.now))
    checks.settle()
    known = await cadences.of_municipality(db, place.tenant)
    return Version(
        municipality=place.tenant,
        number=known[-1].number + 1 if known else 1,
        working_group=place.group,
        level=level,
        from_day=from_day,
        rhythm=rhythm,
        act=act,
        set_by=who.account,
        on_behalf_of=who.on_behalf_of,
        set_at=at.now,
    )


def _level(given: NewCadence) -> Level:
    """A leader sets it for coordinators alone. Raises Invalid."""
    if given.group is not None:
        return Level.COORDINATOR
    if given.level not in (Level.COORDINATOR, Level.GROUP):
        raise Invalid("cadence-level", field="level")
    return Level(given.level)
