"""End an appointment: the rights end with it, in every service."""

from datetime import datetime
from uuid import UUID

import orjson

from contracts.appointments import SCOPE_OF, Role
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import acting
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.audit import ENDED
from services.hierarchy.core.store import audit, campaigns, locks, places, rights
from services.hierarchy.core.tenants import tenants_of


async def end_appointment(pool: Pool, by: Staff, id_: UUID, now: datetime, repeat: Repeat | None) -> Answer:
    """200 with over what it was, and whose: a municipality's code or `region`.

    Raises NotFound for a foreign one, Forbidden for one that is not theirs to end, Conflict if it is over or
    the region would be left without an administrator.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        await tenancy.see(db, *tenants_of(by))
        # The tenant's lock first, as everybody takes it who appoints; then what stands is looked at.
        tenant = (await appointments.get(db, id_)).municipality
        await locks.tenants(db, tenant)
        appointment = await appointments.get(db, id_)
        present = await appointments.present(db, [tenant])
        campaign = await campaigns.now_open(db)
        place = await places.find_one(db, SCOPE_OF[appointment.role], appointment.of, campaign)
        who = acting(by, appointment.role, place)
        ended = appointment.end(now)
        if ended.role is Role.ADMINISTRATOR and sum(a.role is ended.role for a in present) == 1:
            raise Conflict("last-administrator")
        await appointments.save_end(db, ended)
        await rights.tell(db, ended.told())
        await audit.note(db, tenant, who, now, ENDED, f"appointment:{id_}")
        where = {"scope": SCOPE_OF[ended.role], "of": ended.of, "municipality": tenant}
        answer = Answer(200, orjson.dumps(where).decode())
        await idempotency.keep(db, repeat, answer)
    return answer
