"""Let a district act for a settlement by agreement (обслуживает район), or no longer."""

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import uuid_utils.compat

from contracts.appointments import Scope
from services.chassis import idempotency, outbox, tenancy
from services.chassis.days import today
from services.chassis.db import Db, Pool
from services.chassis.errors import Conflict, NotFound
from services.chassis.idempotency import Answer, Repeat
from services.chassis.staff import Staff
from services.hierarchy.commands.places import find_place
from services.hierarchy.commands.tell_rights import tell_serving
from services.hierarchy.domain.appointments import Acting, check_act, heads_of
from services.hierarchy.domain.audit import GROUP_CHANGED, SERVING_AGREED, SERVING_ENDED, Line
from services.hierarchy.domain.serving import Serving, agreeing, check_serving, ending
from services.hierarchy.store import (
    appointments,
    audit,
    campaigns,
    groups,
    municipalities,
    organizations,
    serving,
)
from services.hierarchy.tenants import may_look, tenants_of


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
        await _see(db, by, code)
        await appointments.lock_tenants(db, [code])
        who = agreeing(by, code, heads_of(await appointments.present(db, [code])))
        known, campaign = await municipalities.all_by_code(db), await campaigns.now_open(db)
        standing = await groups.present(db, code, campaign.id) if campaign else []
        district = check_serving(known[code], len(standing), await serving.now(db, code))
        latest = today(campaign.time_zone, now) if campaign else now.astimezone(UTC).date()
        act = uuid_utils.compat.uuid7()
        await appointments.add_act(db, code, act, check_act(number, day, latest), who, now)
        agreed = Serving(code, uuid_utils.compat.uuid7(), district, act, now)
        await serving.add(db, agreed)
        await tell_serving(db, agreed)
        await audit.add(db, [_line(agreed, who, SERVING_AGREED, now)])
        answer = Answer(201, orjson.dumps({"served_by": district}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def end_serving(pool: Pool, by: Staff, code: str, now: datetime, repeat: Repeat | None) -> Answer:
    """200 with who served: the settlement acts for itself again. The district's groups give its organizations
    up; coordinators stay with theirs.

    Raises NotFound for a foreign settlement, Forbidden, Conflict if nobody serves it.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        await _see(db, by, code)
        if (seen := await serving.now(db, code)) is None:
            raise Conflict("served-by-nobody")
        # Both sides' rows change, whoever of the two decides.
        await tenancy.see(db, code, seen.served_by)
        await appointments.lock_tenants(db, [code, seen.served_by])
        stands = await serving.now(db, code)
        if stands is None or stands.id != seen.id:
            raise Conflict("served-by-nobody")
        heads = heads_of(await appointments.present(db, [code, stands.served_by]))
        who = ending(by, stands, heads)
        ended = stands.end(now)
        await serving.save_end(db, ended)
        await _give_up(db, ended, who, now)
        await tell_serving(db, ended)
        await audit.add(db, [_line(ended, who, SERVING_ENDED, now)])
        answer = Answer(200, orjson.dumps({"served_by": ended.served_by}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


async def _see(db: Db, by: Staff, code: str) -> None:
    await tenancy.see(db, *tenants_of(by))
    place = await find_place(db, Scope.MUNICIPALITY, code, None)
    if not may_look(by, place):
        raise NotFound("municipality-unknown")


async def _give_up(db: Db, ended: Serving, who: Acting, now: datetime) -> None:
    """The district's groups keep no organization of the settlement."""
    if (campaign := await campaigns.now_open(db)) is None:
        return
    founded = {each.id for each in (await organizations.all_by_identity(db, ended.municipality)).values()}
    for group in await groups.present(db, ended.served_by, campaign.id):
        changed = group.change(group.name, group.directions, group.organizations - founded)
        if changed != group:
            await groups.save(db, changed)
            await outbox.publish(db, changed.defined())
            line = _line(ended, who, GROUP_CHANGED, now)
            subject = f"working-group:{group.id}"
            await audit.add(db, [replace(line, municipality=group.municipality, subject=subject)])


def _line(serving: Serving, who: Acting, action: str, now: datetime) -> Line:
    subject = f"serving:{serving.id}"
    return Line(serving.municipality, now, who.account, who.on_behalf_of, action, subject)
