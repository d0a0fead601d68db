"""Erase what was said in inquiries that ended long ago, once the administrator confirms it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.appointments import Role
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.chassis.mail import letters
from services.directory.grants import Staff
from services.hotline.core.domain.audit import INQUIRIES_EXPIRED
from services.hotline.core.store import audit
from services.hotline.inquiries.commands.stepping import locked
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Entry

PORTION = 200
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Expired:
    """How many were erased."""

    erased: int


async def look_at_expired(pool: Pool, by: Staff, kept_days: int, now: datetime) -> Mapping[str, int]:
    """How many would be erased now, by municipality: nothing is. Raises NotFound for all but an
    administrator."""
    _check(by)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, EVERYTHING)
        return await inquiries.count_expired(db, now - timedelta(days=kept_days))


async def expire_inquiries(pool: Pool, by: Staff, kept_days: int, at: Moment) -> Expired:
    """Erase them, a portion a transaction: repeated, it goes on with what is left.

    Raises NotFound for all but an administrator.
    """
    _check(by)
    total, last = 0, PORTION
    while last == PORTION:
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, EVERYTHING)
            last = await _portion(db, by, at.now - timedelta(days=kept_days), at.now)
        total += last
    return Expired(total)


async def _portion(db: Db, by: Staff, until: datetime, now: datetime) -> int:
    found = await inquiries.expired(db, until, PORTION)
    for _, id_ in found:
        await _erase(db, id_, now)
    for municipality in sorted({municipality for municipality, _ in found}):
        erased = sum(each == municipality for each, _ in found)
        await audit.note(db, municipality, by, now, INQUIRIES_EXPIRED, erased)
    return len(found)


async def _erase(db: Db, id_: UUID, now: datetime) -> None:
    inquiry = (await locked(db, id_)).inquiry
    await inquiries.note(db, inquiry, Entry("erased", now))
    await inquiries.erase(db, inquiry, now)
    await letters.drop(db, id_)


def _check(by: Staff) -> None:
    if not by.holds(Role.ADMINISTRATOR):
        raise NotFound("not-found")
