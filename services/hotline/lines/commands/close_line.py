"""Close the line of an administration."""

from dataclasses import dataclass

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority
from services.hotline.core.domain.audit import LINE_CLOSED
from services.hotline.core.region import Known
from services.hotline.core.store import audit
from services.hotline.lines.commands.define_line import Defined
from services.hotline.lines.store import lines


@dataclass(frozen=True, slots=True)
class Closing:
    """Whose line nobody answers any more, and which version of it was seen."""

    municipality: str
    version: int


async def close_line(pool: Pool, known: Known, by: Staff, given: Closing, at: Moment) -> Defined:
    """Its numbers stay, so that what came by them is known. Raises Conflict while inquiries wait there, and
    for one that was changed or closed meanwhile; NotFound, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Defined):
            return done
        authority(by, Deed.SET_LINE, given.municipality)
        await tenancy.see(db, given.municipality)
        await lines.lock(db, given.municipality)
        stands = await lines.found(db, given.municipality)
        served = await lines.served(db, known, stands, at.now)
        await tenancy.see(db, *served)
        if waiting := await lines.open_cases(db, served):
            raise Conflict("line-has-cases", count=len(waiting))
        stands.check_seen(given.version)
        line = stands.ended(at.now)
        await lines.save(db, line)
        await outbox.publish(db, line.event())
        await audit.note(db, line.municipality, by, at.now, LINE_CLOSED, f"line:{line.id}")
        return await idempotency.keep(db, at, Defined(line.id, line.municipality, line.version))
