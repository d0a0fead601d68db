"""Let a district act for a settlement by agreement (обслуживает район), or no longer."""

from datetime import UTC, datetime

import orjson
import uuid_utils.compat

from contracts.appointments import Scope
from services.chassis.days import today
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, NotFound
from services.directory.staff import Staff
from services.hierarchy.appointments.domain.appointments import Place, check_act, heads_of
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.commands.places import find_place
from services.hierarchy.core.commands.tell_rights import tell_serving
from services.hierarchy.core.domain.audit import SERVING_AGREED, Line
from services.hierarchy.core.store import audit, campaigns
from services.hierarchy.core.tenants import may_look, tenants_of
from services.hierarchy.groups.commands.end_agreement import end_agreement
from services.hierarchy.groups.domain.serving import Serving, agreeing, check_serving, ending
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
        await _look_at(db, by, code)
        await appointments.lock_tenants(db, [code])
        who = agreeing(by, code, heads_of(await appointments.present(db, [code])))
        known, campaign = await municipalities.all_by_code(db), await campaigns.now_open(db)
        standing = await groups.present(db, code, campaign.id) if campaign else []
        heirs = successors(known.values())
        district = check_serving(known[code], heirs, len(standing), await serving.now(db, code))
        latest = today(campaign.time_zone, now) if campaign else now.astimezone(UTC).date()
        act = uuid_utils.compat.uuid7()
        await appointments.add_act(db, code, act, check_act(number, day, latest), who, now)
        agreed = Serving(code, uuid_utils.compat.uuid7(), district, act, now)
        await serving.add(db, agreed)
        await tell_serving(db, agreed)
        line = Line(code, now, who.account, who.on_behalf_of, SERVING_AGREED, f"serving:{agreed.id}")
        await audit.add(db, [line])
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
        place = await _look_at(db, by, code)
        if place.transformed:
            raise Conflict("municipality-transformed", name=place.name)
        if (seen := await serving.now(db, code)) is None:
            raise Conflict("served-by-nobody")
        # Both sides' rows change, whichever decides.
        await tenancy.see(db, code, seen.served_by)
        await appointments.lock_tenants(db, [code, seen.served_by])
        stands = await serving.now(db, code)
        if stands is None or stands.id != seen.id:
            raise Conflict("served-by-nobody")
        heads = heads_of(await appointments.present(db, [code, stands.served_by]))
        who = ending(by, stands, heads)
        await end_agreement(db, stands, who, now)
        answer = Answer(200, orjson.dumps({"served_by": stands.served_by}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _look_at(db: Db, by: Staff, code: str) -> Place:
    await tenancy.see(db, *tenants_of(by))
    place = await find_place(db, Scope.MUNICIPALITY, code, None)
    if not may_look(by, place):
        raise NotFound("municipality-unknown")
    return place
