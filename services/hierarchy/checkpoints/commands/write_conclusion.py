"""Write what the Head concludes from an interim result."""

from dataclasses import dataclass
from datetime import date

from contracts.appointments import Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.checkpoints.domain.results import check_conclusion
from services.hierarchy.checkpoints.store import conclusions, results
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import CONCLUSION_WRITTEN
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.versions import check_seen
from services.hierarchy.core.store import audit, campaigns, locks, places
from services.hierarchy.core.tenants import tenants_of


@dataclass(frozen=True, slots=True)
class NewConclusion:
    """The text on a day's result; `seen`: the version that is changed (`check_seen`)."""

    municipality: str
    day: date
    text: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ConclusionWritten:
    """The version that stands, and whether it is new: the same text again is none."""

    version: int
    is_new: bool


async def write_conclusion(pool: Pool, by: Staff, given: NewConclusion, at: Moment) -> ConclusionWritten:
    """Up to the campaign's `close_until`; versions of before are kept.

    Raises NotFound for a foreign municipality, Forbidden, Conflict after the last day, for a day whose
    result is not frozen, or if somebody has written another meanwhile, Invalid.
    """
    body = check_conclusion(given.text)
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, ConclusionWritten):
            return done
        await tenancy.see(db, *tenants_of(by))
        await locks.tenants(db, given.municipality)
        place = await places.find_one(db, Scope.MUNICIPALITY, given.municipality)
        who = authority(by, Deed.CONCLUDE, place)
        campaign = await campaigns.now_open(db)
        if campaign is None or region_day(campaign, at.now) > campaign.close_until:
            raise Conflict("conclusion-over")
        of = (place.of, campaign.id, given.day)
        if not await results.digests(db, [of]):
            raise Conflict("checkpoint-not-frozen")
        versions = await conclusions.versions(db, of)
        number = versions[0].number if versions else 0
        is_new = not versions or versions[0].body != body
        if is_new:
            check_seen(given.seen, number, "conclusion-changed")
            number += 1
            await conclusions.add(db, of, number, body, who, at.now)
            subject = f"checkpoint:{campaign.id}:{place.of}:{given.day}"
            await audit.note(db, place.of, who, at.now, CONCLUSION_WRITTEN, subject)
        return await idempotency.keep(db, at, ConclusionWritten(number, is_new))
