"""Lock an appointment with everything else of its tenant; part of several commands."""

from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.store import locks
from services.hierarchy.core.tenants import tenants_of


async def lock_appointment(db: Db, by: Staff, id_: UUID) -> Appointment:
    """An appointment as nobody else changes it before the transaction ends. Raises NotFound for a foreign
    one."""
    await tenancy.see(db, *tenants_of(by))
    # The tenant's lock first, as everybody takes it who appoints; then what stands is looked at.
    await locks.tenants(db, (await appointments.get(db, id_)).municipality)
    return await appointments.get(db, id_)
