"""Set the days of a municipality's interim results by an act of its Head."""

from dataclasses import dataclass, field
from datetime import date

from contracts.appointments import Scope
from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Conflict
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import check_act
from services.hierarchy.checkpoints.domain.days import (
    Schedule,
    Standing,
    Wanted,
    check_wanted,
    renewed,
)
from services.hierarchy.checkpoints.store import schedules
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import CHECKPOINTS_SET
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.versions import check_seen
from services.hierarchy.core.store import audit, campaigns, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True, slots=True)
class NewCheckpoints:
    """The days of a municipality as an act sets them; `seen`: the version that is changed
    (`check_seen`)."""

    municipality: str
    wanted: Wanted
    number: str
    day: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class CheckpointsSet:
    """The version that stands now, and all of its days, those that have passed too."""

    version: int
    days: list[date] = field(default_factory=list)


async def set_checkpoints(pool: Pool, by: Staff, given: NewCheckpoints, at: Moment) -> CheckpointsSet:
    """Whatever the act says, days that have passed stay, also those that the SMO had recommended.

    Raises NotFound for a foreign municipality, Forbidden, Conflict outside the days, for a transformed
    municipality or if others have set them meanwhile, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, CheckpointsSet):
            return done
        await tenancy.see(db, *tenants_of(by), REGION)
        await locks.tenants(db, given.municipality)
        place = await places.find_one(db, Scope.MUNICIPALITY, given.municipality)
        who = authority(by, Deed.SET_CHECKPOINTS, place)
        if place.transformed:
            raise Conflict("municipality-transformed", name=place.name)
        campaign = await campaigns.forming(db, at.now)
        standing, today = await _standing(db, campaign.id, place.of), region_day(campaign, at.now)
        checks = Checks()
        act = checks.take(lambda: check_act(given.number, given.day, campaign, at.now))
        wanted = checks.take(lambda: check_wanted(given.wanted, campaign, today, standing.days))
        checks.settle()
        check_seen(given.seen, standing.number, "checkpoint-days-changed")
        schedule = Schedule(
            *(place.of, campaign.id, standing.number + 1),
            days=renewed(standing.days, wanted, today),
            before=standing.days,
            rule=given.wanted.rule,
            act_number=act.number,
            act_day=act.day,
            set_by=who.account,
            on_behalf_of=who.on_behalf_of,
            set_at=at.now,
        )
        await schedules.add_schedule(db, schedule)
        await outbox.publish(db, schedule.scheduled())
        await audit.note(db, place.of, who, at.now, CHECKPOINTS_SET, f"municipality:{place.of}")
        return await idempotency.keep(db, at, CheckpointsSet(schedule.number, list(schedule.days)))


async def _standing(db: Db, campaign: str, code: str) -> Standing:
    (known,) = (await municipalities.some(db, [code])).values()
    return await schedules.standing(db, campaign, code, known.smo)
