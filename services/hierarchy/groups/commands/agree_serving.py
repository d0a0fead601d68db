"""Let a district act for a settlement by agreement (обслуживает район)."""

from dataclasses import dataclass
from datetime import datetime

import uuid_utils.compat

from contracts.appointments import Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import AGREEMENT, Act, check_lasting
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting, Deed, authority
from services.hierarchy.core.domain.audit import SERVING_AGREED
from services.hierarchy.core.store import audit, campaigns, locks, places, rights
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.domain.serving import Serves, Serving, check_serving
from services.hierarchy.groups.store import groups, serving
from services.hierarchy.territory.domain.structure import successors
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """The settlement that is to be served, and the number and day (as it was typed) of the agreement."""

    municipality: str
    number: str
    day: str


async def agree_serving(pool: Pool, by: Staff, given: NewAgreement, at: Moment) -> Serves:
    """The settlement's district serves it from now on. Coordinators stay where they are.

    Raises NotFound for a foreign settlement, Forbidden, Invalid for an agreement's number or day and for what
    is no settlement, Conflict if it is served already or has working groups of its own.
    """
    code = given.municipality
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Serves):
            return done
        await places.look_at(db, by, Scope.MUNICIPALITY, code, None)
        await tenancy.see(db, *tenants_of(by))
        await locks.tenants(db, code)
        campaign = await campaigns.now_open(db)
        who = authority(by, Deed.SERVE, await places.find_one(db, Scope.MUNICIPALITY, code))
        known = await municipalities.all_by_code(db)
        standing = await groups.present(db, code, campaign.id) if campaign else []
        present, taken_over = await serving.now(db, code), successors(known.values())
        checks = Checks()
        district = checks.take(lambda: check_serving(known[code], taken_over, len(standing), present))
        act = checks.take(lambda: check_lasting(AGREEMENT, given.number, given.day, campaign, at.now))
        checks.settle()
        await _agree(db, (code, district), act, who, at.now)
        return await idempotency.keep(db, at, Serves(district))


async def _agree(db: Db, sides: tuple[str, str], act: Act, who: Acting, now: datetime) -> None:
    (code, district), act_id = sides, uuid_utils.compat.uuid7()
    await appointments.add_act(db, code, act_id, act, who, now)
    agreed = Serving(code, uuid_utils.compat.uuid7(), district, act_id, now)
    await serving.add(db, agreed)
    await rights.announce(db, agreed.event())
    await audit.note(db, code, who, now, SERVING_AGREED, agreed.subject)
