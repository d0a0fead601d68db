"""Who calls: the people behind a number, and what they have asked before."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.directory.grants import Staff
from services.directory.region import foldable
from services.hotline.core.authority import Deed, places_of
from services.hotline.desk.showing import KINDS, STATUSES
from services.hotline.inquiries.domain.viewers import Viewer
from services.hotline.inquiries.store import lists
from services.hotline.inquiries.store.lists import Listed, Wanted, phone_of

LOOKED_AT = 50
"""The last cases of a number."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What somebody has asked before."""

    id: UUID
    number: int
    subject: str
    status: str
    kind: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asked from a number; `code` is the last inquiry of theirs."""

    code: UUID
    name: str
    cases: Sequence[Earlier]


@dataclass(frozen=True, slots=True)
class Callers:
    """Everybody who asked from a number, the last first; `phone` as it is stored, nothing if it cannot be."""

    phone: str
    people: Sequence[Person] = ()


async def find(pool: Pool, who: Staff, phone: str) -> Callers:
    """Among the cases that somebody sees."""
    stored = phone_of(phone)
    if not stored:
        return Callers("")
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
        return await found(db, who, stored)


async def found(db: Db, who: Staff, stored: str) -> Callers:
    """The same of a stored number within a transaction that sees somebody's municipalities."""
    listed = await lists.named(db, Viewer.of(who), Wanted(q=stored, limit=LOOKED_AT))
    by_name: dict[str, list[Listed]] = {}
    for each in listed:
        by_name.setdefault(foldable(each.name), []).append(each)
    people = [Person(of[0].id, of[0].name, [_earlier(each) for each in of]) for of in by_name.values()]
    return Callers(stored, people)


def _earlier(each: Listed) -> Earlier:
    return Earlier(each.id, each.number, each.subject, STATUSES[each.status], KINDS[each.status])
