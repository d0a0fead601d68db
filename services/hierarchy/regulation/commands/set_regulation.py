"""Set the regulation: the region's by its administrator, a municipality's by an act of its Head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contracts.appointments import Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Conflict, Invalid, NotFound
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import Act, check_act
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.versions import check_seen
from services.hierarchy.core.store import campaigns, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.regulation.commands.keep_regulation import add_default, save
from services.hierarchy.regulation.domain.typed import (
    TypedAct,
    TypedDay,
    check_from,
    check_hours,
    check_week,
)
from services.hierarchy.regulation.domain.versions import Version, last, standing
from services.hierarchy.regulation.store import regulations
from services.hierarchy.territory.store import calendars


@dataclass(frozen=True, slots=True)
class NewRegulation:
    """The regulation as it was typed. What is not given (a step, the week) stays as it stands for the place.
    `municipality`: none for the region, which has no act; `seen`: the version that is replaced
    (`check_seen`)."""

    municipality: str | None
    from_day: str
    hours: Mapping[str, str] = field(default_factory=dict)
    week: Sequence[TypedDay | None] | None = None
    act: TypedAct | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class RegulationSet:
    """The number of the new version."""

    version: int


async def set_regulation(pool: Pool, by: Staff, given: NewRegulation, at: Moment) -> RegulationSet:
    """A clock that runs keeps the version under which it began.

    Raises NotFound for a foreign municipality and before the first campaign, Forbidden, Conflict for a
    transformed municipality or if others have set it meanwhile, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, RegulationSet):
            return done
        await tenancy.see(db, *tenants_of(by), REGION)
        place, who = await _place(db, by, given.municipality)
        campaign = await campaigns.current(db)
        if campaign is None:
            raise NotFound("regulation-without-campaign")
        await add_default(db, campaign, at.now)
        # Two at once: the second looks at the first one's number.
        await locks.tenants(db, place.tenant)
        version = await _version(db, place, given, campaign, who, at)
        await save(db, version, who)
        return await idempotency.keep(db, at, RegulationSet(version.number))


async def _place(db: Db, by: Staff, code: str | None) -> tuple[Place, Acting]:
    """Where, and in what capacity. Raises NotFound, Forbidden, Conflict."""
    scope = Scope.REGION if code is None else Scope.MUNICIPALITY
    place = await places.find_one(db, scope, REGION if code is None else code)
    who = authority(by, Deed.SET_REGULATION, place)
    if place.transformed:
        raise Conflict("municipality-transformed", name=place.name)
    return place, who


async def _version(
    db: Db, place: Place, given: NewRegulation, campaign: CampaignDefined, who: Acting, at: Moment
) -> Version:
    """The next version of a place. Raises Invalid with everything wrong, Conflict."""
    known = await regulations.of_places(db, place.tenant, REGION)
    years, today = await calendars.all_by_year(db), region_day(campaign, at.now)
    newest, checks = last(known, place.tenant), Checks()
    hours = checks.take(lambda: check_hours(given.hours))
    week = checks.take(lambda: None if given.week is None else check_week(given.week))
    from_day = checks.take(lambda: check_from(given.from_day, today, years))
    act = checks.take(lambda: _act(place, given.act, campaign, at))
    if not given.hours and given.week is None:
        checks.note(Invalid("regulation-nothing", "hours"))
    checks.settle()
    check_seen(given.seen, newest.number if newest else 0, "regulation-changed", field="seen")
    (stands, *_) = [newest] if newest else standing(known, REGION, from_day)
    return Version(
        municipality=place.tenant,
        number=newest.number + 1 if newest else 1,
        from_day=from_day,
        time_zone=campaign.time_zone,
        week=week or stands.week,
        minutes={**stands.minutes, **hours},
        act=act,
        set_by=who.account,
        on_behalf_of=who.on_behalf_of,
        set_at=at.now,
    )


def _act(place: Place, given: TypedAct | None, campaign: CampaignDefined, at: Moment) -> Act | None:
    """A municipality's act; the region's regulation has none. Raises Invalid with everything wrong."""
    if place.tenant != REGION:
        typed = given or TypedAct("", "")
        return check_act(typed.number, typed.day, campaign, at.now)
    if given is not None:
        raise Invalid("regulation-without-act", "act")
    return None
