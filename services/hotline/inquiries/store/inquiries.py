"""Inquiries, the levels that they have passed, their clocks, and what was said."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import uuid_utils.compat

from contracts.appointments import Level
from contracts.hotline import Channel, InquiryStatus
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hotline.inquiries.domain.inquiries import Holder, Inquiry, Promised, Times
from services.hotline.inquiries.domain.steps import Passed
from services.hotline.inquiries.store import threads

sql = queries.load(__package__, "inquiries.sql")


SAID = ("asked", "replied", "answered", "asked-back")
"""Kinds of entries whose words the initiator wrote or reads."""

WORDS = (*SAID, "note")
"""Kinds of entries that may hold anything about anybody."""


@dataclass(frozen=True, slots=True)
class Initiator:
    """Who asked, and how to answer them; what is not known is empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    participant: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What an inquiry is about in a line, who asked, and which of their links is good."""

    initiator: Initiator
    subject: str
    link_version: int
    erased_at: datetime | None = None

    def has_link(self, channel: Channel) -> bool:
        """Whether the initiator was ever given a link: by letter, or by the page after the form."""
        return self.erased_at is None and bool(self.initiator.email or channel is Channel.WEB)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, or was said; `inside`: not for the initiator."""

    kind: str
    at: datetime
    text: str = ""
    level: str = ""
    by_account: UUID | None = None
    by_name: str = ""
    inside: bool = False
    nth: int = 0
    id: UUID | None = None


async def next_number(db: Db) -> int:
    """A number that no other inquiry has."""
    return int(await db.fetchval(sql.next_number))


async def add(db: Db, inquiry: Inquiry, initiator: Initiator, subject: str) -> None:
    """Store a new inquiry with the level to which it came first."""
    i, holder, promise, who = inquiry, inquiry.holder, inquiry.promise, initiator
    await db.execute(
        sql.add,
        *(
            i.municipality,
            i.id,
            i.number,
            i.campaign,
            i.organization,
            i.direction,
            i.theme,
            i.channel,
            i.line,
        ),
        *(i.status, holder.level, holder.group, holder.organization, holder.account, holder.name),
        *(promise.regulation_of, promise.regulation, promise.zone),
        *(promise.first_answer_due_at, promise.answer_due_at, i.times.opened_at, subject),
        *(who.name, who.email, who.phone, who.participant, i.version, i.continues),
    )
    await pass_to(db, inquiry, i.times.opened_at, "opened")


async def save(db: Db, inquiry: Inquiry) -> None:
    """Store an inquiry's present state."""
    i, holder, promise, times = inquiry, inquiry.holder, inquiry.promise, inquiry.times
    await db.execute(
        sql.save,
        *(i.municipality, i.id, i.organization, i.direction, i.theme, i.status),
        *(holder.level, holder.group, holder.organization, holder.account, holder.name),
        *(promise.first_answer_due_at, promise.answer_due_at),
        *(times.first_answered_at, times.answered_at, times.closed_at),
        *(times.first_answer_minutes, times.answer_minutes, times.first_answer_late, times.answer_late),
        *(i.escalations, i.reopened, i.helped, i.merged_into, i.version),
        *(times.waiting_since, promise.regulation_of, promise.regulation, times.reopened_at),
    )


async def lock(db: Db, id_: UUID) -> Inquiry:
    """An inquiry of a municipality that this transaction sees, locked. Raises NotFound."""
    return _one(await db.fetchrow(sql.lock, id_))


async def one(db: Db, id_: UUID) -> Inquiry:
    """An inquiry of a municipality that this transaction sees. Raises NotFound."""
    return _one(await db.fetchrow(sql.one, id_))


async def asked(db: Db, inquiry: Inquiry) -> Asked:
    """What it is about, and who asked."""
    found: Any = await db.fetchrow(sql.initiator, inquiry.municipality, inquiry.id)
    who = Initiator(**{name: found[name] for name in Initiator.__dataclass_fields__})
    return Asked(who, found["subject"], found["link_version"], found["erased_at"])


async def pass_to(db: Db, inquiry: Inquiry, at: datetime, why: str) -> None:
    """Note to whom it came, and why: each level that it has passed still sees it."""
    holder = inquiry.holder
    what = (holder.level, holder.group, holder.organization, at, why)
    await db.execute(sql.add_level, inquiry.municipality, inquiry.id, *what)


async def note(db: Db, inquiry: Inquiry, entry: Entry) -> UUID:
    """Add to the history what happened or was said; the entry's id."""
    id_ = entry.id or uuid_utils.compat.uuid7()
    e = entry
    what = (id_, e.kind, e.at, e.level, e.by_account, e.by_name, e.text, e.inside)
    await db.execute(sql.add_entry, inquiry.municipality, inquiry.id, *what)
    return id_


async def entries(db: Db, inquiry: Inquiry) -> list[Entry]:
    """Everything that happened and was said, from the beginning."""
    rows = await db.fetch(sql.entries, inquiry.municipality, inquiry.id)
    return [Entry(**dict(row)) for row in rows]


async def merged(db: Db, inquiry: Inquiry) -> list[Inquiry]:
    """The inquiries that were merged into this one."""
    return [inquiry_of(row) for row in await db.fetch(sql.merged, inquiry.municipality, inquiry.id)]


async def lock_merged(db: Db, inquiry: Inquiry) -> list[Inquiry]:
    """The inquiries that were merged into this one, locked after it."""
    return [inquiry_of(row) for row in await db.fetch(sql.lock_merged, inquiry.municipality, inquiry.id)]


async def lock_merges(db: Db, municipality: str) -> None:
    """Nobody else merges here until this transaction ends."""
    await db.execute(sql.lock_merges, municipality)


async def asked_since(db: Db, municipality: str, who: Initiator, since: datetime) -> int:
    """How many were asked by form from the same address, else telephone, else participant; or by those of
    whom nothing is known."""
    known = (who.email, who.phone, who.participant)
    return int(await db.fetchval(sql.asked_since, municipality, *known, since))


async def lead_to(db: Db, into: Inquiry, merged: UUID) -> None:
    """What was merged into another follows it into this one."""
    await db.execute(sql.lead_to, into.municipality, merged, into.id)


async def levels(db: Db, inquiry: Inquiry) -> list[Passed]:
    """To whom it came, from the first."""
    rows = await db.fetch(sql.levels, inquiry.municipality, inquiry.id)
    return [Passed(**{**dict(row), "level": Level(row["level"])}) for row in rows]


async def revoke_link(db: Db, inquiry: Inquiry) -> None:
    """The link that the initiator has is worth nothing from now on."""
    await db.execute(sql.revoke_link, inquiry.municipality, inquiry.id)


async def silent(db: Db, until: datetime, limit: int) -> list[tuple[str, UUID]]:
    """What was answered by then, and closes by itself. Needs to see every municipality."""
    return [(row["municipality"], row["id"]) for row in await db.fetch(sql.silent, until, limit)]


async def erase(db: Db, inquiry: Inquiry, at: datetime) -> None:
    """Forget who asked and what was said; what happened, when and of which kind stays. No link opens it."""
    await db.execute(sql.erase, inquiry.municipality, inquiry.id, at)
    await db.execute(sql.erase_words, inquiry.municipality, inquiry.id, list(WORDS))
    await threads.erase(db, inquiry)


async def expired(db: Db, until: datetime, limit: int) -> list[tuple[str, UUID]]:
    """What had ended by then and was not erased, the oldest first."""
    return [(row["municipality"], row["id"]) for row in await db.fetch(sql.expired, until, limit)]


async def count_expired(db: Db, until: datetime) -> dict[str, int]:
    """How many those are, by municipality."""
    return {row["municipality"]: row["count"] for row in await db.fetch(sql.count_expired, until)}


async def unanswered(db: Db, campaigns: Sequence[str], limit: int) -> list[tuple[str, UUID]]:
    """What is still open of these campaigns and was not erased, the oldest first."""
    return [(row["municipality"], row["id"]) for row in await db.fetch(sql.unanswered, campaigns, limit)]


async def count_unanswered(db: Db, campaigns: Sequence[str]) -> dict[str, int]:
    """How many those are, by municipality."""
    rows = await db.fetch(sql.count_unanswered, campaigns)
    return {row["municipality"]: row["count"] for row in rows}


async def is_appointed(db: Db, organization: UUID, at: datetime) -> bool:
    """Whether an organization has a coordinator or a stand-in."""
    return bool(await db.fetchval(sql.is_appointed, str(organization), at))


async def tenants(db: Db) -> list[str]:
    """The municipalities of all inquiries."""
    return [row["municipality"] for row in await db.fetch(sql.tenants)]


async def all_of(db: Db, municipalities: list[str]) -> AsyncIterator[Inquiry]:
    """Every inquiry of these municipalities, one after another. Needs a transaction."""
    async for row in db.cursor(sql.all_of, municipalities, prefetch=500):
        yield inquiry_of(row)


def _one(row: asyncpg.Record | None) -> Inquiry:
    if row is None:
        raise NotFound("inquiry-unknown")
    return inquiry_of(row)


def inquiry_of(row: asyncpg.Record | Mapping[str, Any]) -> Inquiry:
    """A row with the columns of `one`."""
    r = dict(row)
    holder = Holder(
        Level(r.pop("level")),
        *(r.pop(name) for name in ("holder_group", "holder_organization", "holder", "holder_name")),
    )
    promise = Promised(**{name: r.pop(name) for name in Promised.__dataclass_fields__})
    times = Times(**{name: r.pop(name) for name in Times.__dataclass_fields__})
    status, channel = InquiryStatus(r.pop("status")), Channel(r.pop("channel"))
    return Inquiry(**r, holder=holder, promise=promise, times=times, status=status, channel=channel)
