"""Put somebody on duty at a line, or take a shift off."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, NotFound
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority
from services.hotline.core.domain.audit import SHIFT_REMOVED, SHIFT_SET
from services.hotline.core.region import Known
from services.hotline.core.store import audit, colleagues
from services.hotline.lines.domain.duty import Shift, check_days, check_free, check_not_over
from services.hotline.lines.store import duty, lines


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is to be on duty where, from which day to which; nobody named: whoever asks."""

    municipality: str
    first_day: date | None
    last_day: date | None = None
    account: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A shift of a municipality's line."""

    municipality: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Set:
    """A shift that stands, or was taken off."""

    id: UUID
    municipality: str


async def set_shift(pool: Pool, known: Known, by: Staff, given: Duty, at: Moment) -> Set:
    """Everybody puts themselves on duty, the leader of the owning group and the Head anybody who works there.

    Raises Invalid, Conflict if that person is on duty then already, NotFound, Forbidden.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Set):
            return done
        account = given.account or by.account
        allow(by, account, given.municipality)
        days = check_days(given.first_day, given.last_day, today_of(known, at.now))
        await tenancy.see(db, given.municipality)
        await lock_line(db, given.municipality)
        name = await _name(db, by, account, given.municipality, at.now)
        shift = Shift(given.municipality, uuid_utils.compat.uuid7(), account, name, *days)
        check_free(shift, await duty.shifts(db, given.municipality, shift.first_day))
        await duty.keep(db, shift)
        await audit.note(db, shift.municipality, by, at.now, SHIFT_SET, f"shift:{shift.id}")
        return await idempotency.keep(db, at, Set(shift.id, shift.municipality))


async def remove_shift(pool: Pool, known: Known, by: Staff, given: Standing, at: Moment) -> Set:
    """Everybody takes off their own. Raises Conflict for one that is over, NotFound, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Set):
            return done
        municipality, id_ = given.municipality, given.id
        authority(by, Deed.WORK, municipality)
        await tenancy.see(db, municipality)
        await lock_line(db, municipality)
        shift = await duty.shift(db, municipality, id_)
        allow(by, shift.account, municipality)
        check_not_over(shift, today_of(known, at.now))
        await duty.drop(db, shift)
        await audit.note(db, municipality, by, at.now, SHIFT_REMOVED, f"shift:{id_}")
        return await idempotency.keep(db, at, Set(id_, municipality))


def allow(by: Staff, account: UUID, municipality: str) -> None:
    """Let everybody decide on their own duty, and some on everybody's. Raises NotFound, Forbidden."""
    authority(by, Deed.WORK if account == by.account else Deed.SET_ROSTER, municipality)


async def lock_line(db: Db, municipality: str) -> None:
    """Under the lock of its line the duty of a municipality is decided. Raises NotFound without a line."""
    line = await lines.lock(db, municipality)
    if line is None or line.closed:
        raise NotFound("line-unknown")


def today_of(known: Known, now: datetime) -> date:
    """The region's day. Raises NotFound without a campaign."""
    return now.astimezone(ZoneInfo(known.campaign.time_zone)).date()


async def _name(db: Db, by: Staff, account: UUID, municipality: str, now: datetime) -> str:
    if account == by.account:
        return by.name
    for colleague in await colleagues.of(db, municipality, now):
        if colleague.account == account:
            return colleague.name
    raise Invalid("colleague-unknown", field="account")
