"""End that a district acts for a settlement."""

from contracts.appointments import Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hierarchy.core.store import locks, places
from services.hierarchy.groups.commands.end_agreement import end_agreement
from services.hierarchy.groups.domain.serving import Serves, ending
from services.hierarchy.groups.store import serving


async def end_serving(pool: Pool, by: Staff, code: str, at: Moment) -> Serves:
    """The settlement acts for itself again. The district's groups give its organizations up; coordinators
    stay with theirs.

    Raises NotFound for a foreign settlement, Forbidden, Conflict if nobody serves it or it was transformed.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Serves):
            return done
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
        who = ending(by, await serving.sides(db, stands))
        await end_agreement(db, stands, who, at.now)
        return await idempotency.keep(db, at, Serves(stands.served_by))
