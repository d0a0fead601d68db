"""Let two people on duty swap their shifts."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Invalid
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority
from services.hotline.core.domain.audit import SHIFTS_SWAPPED
from services.hotline.core.region import Known
from services.hotline.core.store import audit
from services.hotline.lines.commands.set_shift import Set, lock_line, today_of
from services.hotline.lines.domain.duty import check_free, check_not_over
from services.hotline.lines.store import duty


@dataclass(frozen=True, slots=True)
class Swap:
    """Two shifts of a municipality's line."""

    municipality: str
    one: UUID
    other: UUID


async def swap_shifts(pool: Pool, known: Known, by: Staff, given: Swap, at: Moment) -> Set:
    """Whoever has one of the two swaps it, the leader and the Head anybody's.

    Raises Invalid for one shift twice, Conflict if one of them is over, or one of the two people on duty then
    already, NotFound, Forbidden.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Set):
            return done
        authority(by, Deed.WORK, given.municipality)
        await tenancy.see(db, given.municipality)
        await lock_line(db, given.municipality)
        one, other = [await duty.shift(db, given.municipality, id_) for id_ in (given.one, given.other)]
        if one.id == other.id:
            raise Invalid("shifts-same", field="other")
        if by.account not in (one.account, other.account):
            authority(by, Deed.SET_ROSTER, given.municipality)
        for shift in (one, other):
            check_not_over(shift, today_of(known, at.now))
        both = one.of(other), other.of(one)
        rest = await duty.shifts(db, given.municipality, min(one.first_day, other.first_day))
        rest = [each for each in rest if each.id not in (one.id, other.id)]
        for shift in both:
            check_free(shift, rest)
            await duty.keep(db, shift)
            await audit.note(db, shift.municipality, by, at.now, SHIFTS_SWAPPED, f"shift:{shift.id}")
        return await idempotency.keep(db, at, Set(one.id, given.municipality))
