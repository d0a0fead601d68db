"""Hand over a shift with a note and the open inquiries, and take it on."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority
from services.hotline.core.domain.audit import SHIFT_ACCEPTED, SHIFT_HANDED
from services.hotline.core.region import Known
from services.hotline.core.store import audit
from services.hotline.lines.commands.set_shift import lock_line, today_of
from services.hotline.lines.domain.duty import HandOver, check_note
from services.hotline.lines.store import duty, lines


@dataclass(frozen=True, slots=True)
class Handing:
    """At which line a shift ends, and what is left to whoever comes next."""

    municipality: str
    note: str


@dataclass(frozen=True, slots=True)
class Handed:
    """What was left: how many inquiries were open then."""

    id: UUID
    municipality: str
    cases: int


async def hand_over(pool: Pool, known: Known, by: Staff, given: Handing, at: Moment) -> Handed:
    """The list of open inquiries is the one of this moment. Raises Invalid, Conflict for whoever is not on
    duty, NotFound, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Handed):
            return done
        authority(by, Deed.WORK, given.municipality)
        note = check_note(given.note)
        await tenancy.see(db, given.municipality)
        await lock_line(db, given.municipality)
        on_duty = await duty.on_duty(db, given.municipality, today_of(known, at.now), at.now)
        if by.account not in {shift.account for shift in on_duty}:
            raise Conflict("not-on-duty")
        line = await lines.found(db, given.municipality)
        served = await lines.served(db, known, line, at.now)
        await tenancy.see(db, *served)
        cases = tuple(case.id for case in await lines.open_cases(db, served))
        id_ = uuid_utils.compat.uuid7()
        left = HandOver(given.municipality, id_, by.account, by.name, at.now, note, cases)
        await duty.keep_hand_over(db, left)
        await audit.note(db, left.municipality, by, at.now, SHIFT_HANDED, f"hand-over:{id_}")
        return await idempotency.keep(db, at, Handed(id_, left.municipality, len(cases)))


async def accept_hand_over(pool: Pool, by: Staff, municipality: str, id_: UUID, at: Moment) -> Handed:
    """Whoever comes next has read it. Raises Conflict if another has taken it on, NotFound, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Handed):
            return done
        authority(by, Deed.WORK, municipality)
        await tenancy.see(db, municipality)
        await lock_line(db, municipality)
        left = await duty.hand_over(db, municipality, id_)
        accepted = left.accepted(by.account, by.name, at.now)
        await duty.keep_hand_over(db, accepted)
        await audit.note(db, municipality, by, at.now, SHIFT_ACCEPTED, f"hand-over:{id_}")
        return await idempotency.keep(db, at, Handed(id_, municipality, len(left.cases)))
