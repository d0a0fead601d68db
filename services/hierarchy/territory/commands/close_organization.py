"""Close an organization; participants see its successor."""

from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import ORGANIZATION_CLOSED
from services.hierarchy.core.store import audit, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.territory.store import organizations


@dataclass(frozen=True, slots=True)
class Closing:
    """An organization that is no more, and its successor, if it has one."""

    organization: UUID
    successor: UUID | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """Whose organization it was."""

    founder: str


async def close_organization(pool: Pool, by: Staff, given: Closing, at: Moment) -> Closed:
    """Two entries of one organization are merged by closing one into the other: what was submitted stays
    where it was counted.

    Raises NotFound for a foreign one, Forbidden, Conflict if it is closed, Invalid for an unfit successor.
    """
    id_, successor = given.organization, given.successor
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Closed):
            return done
        # An import writes whole organizations: a closing waits for it, and it for the closing.
        await locks.structure(db)
        await tenancy.see(db, *tenants_of(by))
        found = await organizations.lock(db, [id_, *([successor] if successor else [])])
        if id_ not in found:
            raise NotFound("organization-unknown")
        if successor and successor not in found:
            raise Invalid("successor-unfit", field="successor")
        founder = found[id_].founder
        place = await places.find_one(db, Scope.ORGANIZATION, str(id_))
        who = authority(by, Deed.KEEP_ORGANIZATIONS, place)
        closed = found[id_].close(found[successor] if successor else None)
        await organizations.save(db, [closed])
        await outbox.publish(db, closed.defined())
        await audit.note(db, founder, who, at.now, ORGANIZATION_CLOSED, f"organization:{id_}")
        return await idempotency.keep(db, at, Closed(founder))
