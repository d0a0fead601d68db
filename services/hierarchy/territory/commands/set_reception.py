"""Set the telephone of an administration, where participants are sent if nobody nearer can be called."""

from dataclasses import dataclass

from contracts.appointments import Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import RECEPTION_SET
from services.hierarchy.core.domain.reached import Reached, check_reached
from services.hierarchy.core.store import audit, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True, slots=True)
class Reception:
    """The telephone of a municipality's administration; an empty one: none."""

    municipality: str
    reached: Reached


async def set_reception(pool: Pool, by: Staff, given: Reception, at: Moment) -> Reached:
    """Raises Invalid with everything wrong, NotFound for a foreign municipality, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Reached):
            return done
        await tenancy.see(db, *tenants_of(by))
        await locks.tenants(db, given.municipality)
        place = await places.find_one(db, Scope.MUNICIPALITY, given.municipality)
        who = authority(by, Deed.SET_RECEPTION, place)
        reached = check_reached(given.reached)
        await municipalities.save_reception(db, place.of, reached, at.now)
        await audit.note(db, place.of, who, at.now, RECEPTION_SET, f"municipality:{place.of}")
        return await idempotency.keep(db, at, reached)
