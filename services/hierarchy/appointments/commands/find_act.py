"""Find an act; part of several commands."""

from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.acts import Entered
from services.hierarchy.appointments.store import acts
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import places
from services.hierarchy.core.tenants import tenants_of


async def find_act(db: Db, staff: Staff, id_: UUID) -> Entered:
    """An act that is theirs to see; the transaction sees its tenant's rows from then on. Raises NotFound."""
    await tenancy.see(db, *tenants_of(staff))
    act = await acts.get(db, id_)
    if not may(staff, Deed.SEE_PEOPLE, await place_of_act(db, act)):
        raise NotFound("act-unknown")
    return act


async def place_of_act(db: Db, act: Entered) -> Place:
    """Whose act it is: a municipality's or the region's."""
    return await places.of_tenant(db, act.municipality)
