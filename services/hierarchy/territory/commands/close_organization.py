"""Close an organization; participants are told who took over."""

from datetime import datetime
from uuid import UUID

import orjson

from contracts.appointments import Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import ORGANIZATION_CLOSED
from services.hierarchy.core.store import audit, locks, places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.territory.store import organizations


async def close_organization(
    pool: Pool, by: Staff, id_: UUID, successor: UUID | None, now: datetime, repeat: Repeat | None
) -> Answer:
    """200 with the founder. Two entries of one organization are merged by closing one into the other: what
    was submitted stays where it was counted.

    Raises NotFound for a foreign one, Forbidden, Conflict if it is closed, Invalid for an unfit successor.
    """
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        # An import writes whole organizations: whoever closes one waits for it, and it for them.
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
        await audit.note(db, founder, who, now, ORGANIZATION_CLOSED, f"organization:{id_}")
        answer = Answer(200, orjson.dumps({"founder": founder}).decode())
        await idempotency.keep(db, repeat, answer)
    return answer
