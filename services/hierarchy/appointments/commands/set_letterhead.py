"""Set what the acts of a municipality, or of the region, are printed on."""

from dataclasses import dataclass

from contracts.appointments import Scope
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.letterheads import Letterhead, check_letterhead
from services.hierarchy.appointments.store import letterheads
from services.hierarchy.core.authority import Deed, authority, may
from services.hierarchy.core.domain.audit import LETTERHEAD_SET
from services.hierarchy.core.domain.places import UNKNOWN, Place
from services.hierarchy.core.store import audit, locks, places
from services.hierarchy.core.tenants import tenants_of


@dataclass(frozen=True, slots=True)
class NewLetterhead:
    """Whose acts (a municipality's code or `region`), and the letterhead as it was typed."""

    of: str
    letterhead: Letterhead


@dataclass(frozen=True, slots=True)
class LetterheadSet:
    """Whose letterhead is set."""

    of: str


async def set_letterhead(pool: Pool, by: Staff, given: NewLetterhead, at: Moment) -> LetterheadSet:
    """Acts are printed so from now on, those of before too. The same again changes nothing.

    Raises NotFound for a foreign municipality, Forbidden, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, LetterheadSet):
            return done
        place = await whose(db, by, given.of)
        await locks.tenants(db, place.tenant)
        who = authority(by, Deed.SET_LETTERHEAD, await whose(db, by, given.of))
        wanted = check_letterhead(given.letterhead)
        if wanted != await letterheads.of_tenant(db, place.tenant):
            await letterheads.save(db, place.tenant, wanted)
            await audit.note(db, place.tenant, who, at.now, LETTERHEAD_SET, f"letterhead:{place.tenant}")
        return await idempotency.keep(db, at, LetterheadSet(place.tenant))


async def whose(db: Db, by: Staff, of: str) -> Place:
    """Whose acts are theirs to see; the transaction sees its tenant's rows from then on. Raises NotFound."""
    await tenancy.see(db, *tenants_of(by))
    place = await places.of_tenant(db, of)
    if not may(by, Deed.SEE_PEOPLE, place):
        raise NotFound(UNKNOWN[Scope.MUNICIPALITY])
    return place
