"""Let a district act for a settlement by agreement (обслуживает район), or no longer."""

from datetime import datetime

import orjson
import uuid_utils.compat

from contracts.appointments import Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import check_act
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import SERVING_AGREED
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import audit, campaigns, locks, places, rights
from services.hierarchy.groups.commands.end_agreement import end_agreement
from services.hierarchy.groups.domain.serving import Serving, check_serving, ending
from services.hierarchy.groups.store import groups, serving
from services.hierarchy.territory.domain.structure import successors
from services.hierarchy.territory.store import municipalities


async def agree_serving(
    pool: Pool, by: Staff, code: str, number: str, day: str, now: datetime, repeat: Repeat | None
) -> Answer:
    """201 with who serves: the settlement's district, from now on. Coordinators stay where they are.

    Raises NotFound for a foreign settlement, Forbidden, Invalid for an agreement's number or day and for what
    is no settlement, Conflict if it is served already or has working groups of its own.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        campaign = await campaigns.now_open(db)
        await places.look_at(db, by, Scope.MUNICIPALITY, code, campaign)
        await locks.tenants(db, code)
        who = authority(by, Deed.SERVE, await places.find_one(db, Scope.MUNICIPALITY, code))
        known = await municipalities.all_by_code(db)
        standing = await groups.present(db, code, campaign.id) if campaign else []
        heirs = successors(known.values())
        district = check_serving(known[code], heirs, len(standing), await serving.now(db, code))
        act = uuid_utils.compat.uuid7()
        entered = check_act(number, day, region_day(campaign, now))
        await appointments.add_act(db, code, act, entered, who, now)
        agreed = Serving(code, uuid_utils.compat.uuid7(), district, act, now)
        await serving.add(db, agreed)
        await rights.tell(db, agreed.told())
        await audit.note(db, code, who, now, SERVING_AGREED, f"serving:{agreed.id}")
        answer = Answer(201, orjson.dumps({"served_by": district}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def end_serving(pool: Pool, by: Staff, code: str, now: datetime, repeat: Repeat | None) -> Answer:
    """200 with who served: the settlement acts for itself again. The district's groups give its organizations
    up; coordinators stay with theirs.

    Raises NotFound for a foreign settlement, Forbidden, Conflict if nobody serves it or it was transformed.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        place = await places.look_at(db, by, Scope.MUNICIPALITY, code, None)
        if place.transformed:
            raise Conflict("municipality-transformed", name=place.name)
        if (seen := await serving.now(db, code)) is None:
            raise Conflict("served-by-nobody")
        # Both sides' rows change, whichever decides.
        await tenancy.see(db, code, seen.served_by)
        await locks.tenants(db, code, seen.served_by)
        stands = await serving.now(db, code)
        if stands is None or stands.id != seen.id:
            raise Conflict("served-by-nobody")
        who = ending(by, await sides_of_agreement(db, stands))
        await end_agreement(db, stands, who, now)
        answer = Answer(200, orjson.dumps({"served_by": stands.served_by}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def sides_of_agreement(db: Db, stands: Serving) -> tuple[Place, Place]:
    """The settlement and the municipality that serves it."""
    settlement = await places.find_one(db, Scope.MUNICIPALITY, stands.municipality)
    return settlement, await places.find_one(db, Scope.MUNICIPALITY, stands.served_by)
