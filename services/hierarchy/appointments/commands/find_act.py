"""Find an act; part of several commands."""

from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.staff import Staff
from services.hierarchy.appointments.domain.acts import Entered
from services.hierarchy.appointments.store import acts
from services.hierarchy.core.tenants import may_see, tenants_of


async def find_act(db: Db, staff: Staff, id_: UUID) -> Entered:
    """An act that is theirs to see; the transaction sees its tenant's rows from then on. Raises NotFound."""
    await tenancy.see(db, *tenants_of(staff))
    act = await acts.get(db, id_)
    if not may_see(staff, act.municipality):
        raise NotFound("act-unknown")
    return act
