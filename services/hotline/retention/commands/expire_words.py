"""Erase what was said so long ago that nobody needs it, once the administrator confirms it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from contracts.appointments import Role
from contracts.structure import CampaignDefined, StructureEvent
from services.chassis.db import set_aside, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.chassis.mail import letters as outgoing
from services.chassis.streams import mirror
from services.directory.grants import Staff
from services.hotline.consultations.store import consultations
from services.hotline.core.domain.audit import (
    CONSULTATIONS_EXPIRED,
    HAND_OVERS_EXPIRED,
    INQUIRIES_EXPIRED,
    LETTERS_EXPIRED,
    UNANSWERED_EXPIRED,
)
from services.hotline.core.domain.days import is_over
from services.hotline.core.store import audit
from services.hotline.inquiries.commands.stepping import locked
from services.hotline.inquiries.domain.inquiries import Inquiry
from services.hotline.inquiries.store import clocks, inquiries, threads
from services.hotline.inquiries.store.inquiries import Entry
from services.hotline.lines.store import duty
from services.hotline.mailbox.commands import park_letter
from services.hotline.mailbox.store import letters

PORTION = 200
EVERYTHING = "*"

Counts: TypeAlias = Mapping[str, int]
"""How many, by municipality."""


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of what is erased, the word of the audit, how it is counted, and how a portion of it is erased:
    what is older than the first moment, at the second. Without that it goes along with another kind."""

    name: str
    deed: str
    count: Callable[[Db, datetime], Awaitable[Counts]]
    erase: Callable[[Db, datetime, datetime], Awaitable[Counts]] | None


@dataclass(frozen=True, slots=True)
class Expired:
    """How many were erased."""

    erased: int


async def _inquiries(db: Db, until: datetime, now: datetime) -> Counts:
    erased = Counter[str]()
    for municipality, id_ in await inquiries.expired(db, until, PORTION):
        inquiry = (await locked(db, id_)).inquiry
        # Under the lock: a supervisor may have taken it up again at this moment.
        if inquiry.times.closed_at is None or inquiry.times.closed_at >= until:
            continue
        await _erase(db, inquiry, now)
        erased[municipality] += 1
    return erased


async def _over(db: Db, until: datetime) -> list[str]:
    """The campaigns that were over by then: whatever nobody has answered in them nobody will."""
    told = await mirror.all_of(db, StructureEvent.topic, [CampaignDefined])
    return [each.id for each in told if isinstance(each, CampaignDefined) and is_over(each, until)]


async def _count_unanswered(db: Db, until: datetime) -> Counts:
    return await inquiries.count_unanswered(db, await _over(db, until))


async def _unanswered(db: Db, until: datetime, now: datetime) -> Counts:
    """It stays open, so no figure moves; it has no clock any more, and is on no desk."""
    erased, over = Counter[str](), await _over(db, until)
    for municipality, id_ in await inquiries.unanswered(db, over, PORTION):
        inquiry = (await locked(db, id_)).inquiry
        # Under the lock: somebody may have ended it at this moment.
        if not inquiry.is_open:
            continue
        await _erase(db, inquiry, now)
        await clocks.keep(db, inquiry, {})
        erased[municipality] += 1
    return erased


async def _erase(db: Db, inquiry: Inquiry, now: datetime) -> None:
    await inquiries.note(db, inquiry, Entry("erased", now))
    await inquiries.erase(db, inquiry, now)
    await threads.erase_originals(db, inquiry)
    await outgoing.drop(db, inquiry.id)


async def _count_files(db: Db, until: datetime) -> Counts:
    return await letters.count_files_of_expired(db, until, await _over(db, until))


async def _consultations(db: Db, until: datetime, _: datetime) -> Counts:
    return Counter(await consultations.expire(db, until, PORTION))


async def _hand_overs(db: Db, until: datetime, _: datetime) -> Counts:
    return Counter(await duty.expire_notes(db, until, PORTION))


async def _letters(db: Db, until: datetime, _: datetime) -> Counts:
    erased = await letters.expire(db, until, PORTION)
    for _municipality, id_ in erased:
        await set_aside.forget(db, park_letter.WORD, str(id_))
    return Counter(municipality for municipality, _id in erased)


KINDS = (
    Words("Обращения", INQUIRIES_EXPIRED, inquiries.count_expired, _inquiries),
    Words("Обращения без ответа", UNANSWERED_EXPIRED, _count_unanswered, _unanswered),
    Words("Файлы из писем", "", _count_files, None),
    Words("Консультации", CONSULTATIONS_EXPIRED, consultations.count_expired, _consultations),
    Words("Заметки о дежурствах", HAND_OVERS_EXPIRED, duty.count_expired_notes, _hand_overs),
    Words("Отложенные письма", LETTERS_EXPIRED, letters.count_expired, _letters),
)
"""Everything that the hotline keeps of people's words beside what expires by itself."""


async def look_at_expired(pool: Pool, by: Staff, kept_days: int, now: datetime) -> Mapping[str, list[int]]:
    """How many of each kind would be erased now, by municipality: nothing is. Raises NotFound for all but an
    administrator."""
    _check(by)
    until = now - timedelta(days=kept_days)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, EVERYTHING)
        counts = [await kind.count(db, until) for kind in KINDS]
    places = sorted({place for count in counts for place in count})
    return {place: [count.get(place, 0) for count in counts] for place in places}


async def expire_words(pool: Pool, by: Staff, kept_days: int, at: Moment) -> Expired:
    """Erase them, a portion a transaction: repeated, it goes on with what is left. No figure changes.

    Raises NotFound for all but an administrator.
    """
    _check(by)
    until, total = at.now - timedelta(days=kept_days), 0
    for kind in KINDS:
        while erased := await _portion(pool, by, kind, until, at.now):
            total += erased
    return Expired(total)


async def _portion(pool: Pool, by: Staff, kind: Words, until: datetime, now: datetime) -> int:
    if kind.erase is None:
        return 0
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, EVERYTHING)
        erased = await kind.erase(db, until, now)
        for municipality, count in sorted(erased.items()):
            await audit.note(db, municipality, by, now, kind.deed, count)
    return sum(erased.values())


def _check(by: Staff) -> None:
    if not by.holds(Role.ADMINISTRATOR):
        raise NotFound("not-found")
