"""End an appointment: the rights end with it, in every service."""

from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import SCOPE_OF, Role, Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import acting
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.domain.audit import ENDED
from services.hierarchy.core.store import audit, campaigns, locks, places, rights
from services.hierarchy.core.tenants import tenants_of


@dataclass(frozen=True, slots=True)
class Ended:
    """Over what the appointment was that ended, and whose that is: a municipality's code or `region`."""

    scope: Scope
    of: str
    municipality: str


async def end_appointment(pool: Pool, by: Staff, id_: UUID, at: Moment) -> Ended:
    """The appointment stays on record.

    Raises NotFound for a foreign one, Forbidden for one that is not theirs to end, Conflict if it is over or
    the region would be left without an administrator.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Ended):
            return done
        await tenancy.see(db, *tenants_of(by))
        # The tenant's lock first, as everybody takes it who appoints; then what stands is looked at.
        tenant = (await appointments.get(db, id_)).municipality
        await locks.tenants(db, tenant)
        appointment = await appointments.get(db, id_)
        present = await appointments.present(db, [tenant])
        campaign = await campaigns.now_open(db)
        place = await places.find_one(db, SCOPE_OF[appointment.role], appointment.of, campaign)
        who = acting(by, appointment.role, place)
        ended = appointment.end(at.now)
        if ended.role is Role.ADMINISTRATOR and sum(a.role is ended.role for a in present) == 1:
            raise Conflict("last-administrator")
        await appointments.save_end(db, ended)
        await rights.announce(db, ended.event())
        await audit.note(db, tenant, who, at.now, ENDED, ended.subject)
        return await idempotency.keep(db, at, Ended(SCOPE_OF[ended.role], ended.of, tenant))
