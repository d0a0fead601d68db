"""Recommend days for interim results to the municipalities of an SMO that have none of their own."""

from dataclasses import dataclass

from contracts.appointments import Scope
from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.checkpoints.commands.set_checkpoints import CheckpointsSet
from services.hierarchy.checkpoints.domain.days import (
    Recommendation,
    Wanted,
    check_wanted,
    renewed,
)
from services.hierarchy.checkpoints.store import schedules
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import CHECKPOINTS_RECOMMENDED
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.versions import check_seen
from services.hierarchy.core.store import audit, campaigns, locks, places


@dataclass(frozen=True, slots=True)
class NewRecommendation:
    """The days that an SMO recommends; `seen`: the version that is changed (`check_seen`)."""

    smo: str
    wanted: Wanted
    seen: int | None = None


async def recommend_checkpoints(
    pool: Pool, by: Staff, given: NewRecommendation, at: Moment
) -> CheckpointsSet:
    """Days that have passed stay. Raises NotFound for a foreign SMO, Conflict outside the days or if others
    have recommended meanwhile, Invalid."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, CheckpointsSet):
            return done
        await tenancy.see(db, REGION)
        await locks.tenants(db, REGION)
        place = await places.find_one(db, Scope.SMO, given.smo)
        who = authority(by, Deed.RECOMMEND_CHECKPOINTS, place)
        campaign = await campaigns.forming(db, at.now)
        today = region_day(campaign, at.now)
        known = (await schedules.recommended(db, campaign.id)).get(place.of)
        before, number = (known.days, known.number) if known else ([], 0)
        wanted = check_wanted(given.wanted, campaign, today, before)
        check_seen(given.seen, number, "checkpoint-days-changed")
        new = Recommendation(
            *(place.of, campaign.id, number + 1),
            days=renewed(before, wanted, today),
            before=before,
            rule=given.wanted.rule,
            set_by=who.account,
            set_at=at.now,
        )
        await schedules.add_recommendation(db, new)
        await outbox.publish(db, new.recommended())
        await audit.note(db, REGION, who, at.now, CHECKPOINTS_RECOMMENDED, f"smo:{place.of}")
        return await idempotency.keep(db, at, CheckpointsSet(new.number, list(new.days)))
