"""What could not be done: set aside with its reason, shown to the administrator, repeated by the worker."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

import structlog
import uuid_utils.compat

from services.chassis.db import notify, queries
from services.chassis.db.away import AWAY, UNDONE
from services.chassis.db.pool import Db, Pool, announce
from services.chassis.errors import NotFound, Refused
from services.chassis.process.settings import Settings

sql = queries.load(__package__, "set_aside.sql")
log = structlog.get_logger()

CHANNEL = "set_aside"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that could not be done; `reference` is what its kind finds it by."""

    id: UUID
    kind: str
    reference: str
    subject: str
    reason: str
    tenant: str | None
    set_aside_at: datetime
    attempts: int
    asked_at: datetime | None
    retried_at: datetime | None


Explain: TypeAlias = Callable[[str, Mapping[str, object]], str]
"""The sentence of a refusal's slug with its facts."""

Retry: TypeAlias = Callable[[Db, Entry], Awaitable[bool]]
"""Repeats it in the given transaction. True: it is done. False: it waits to be done, and the entry stays
until its kind forgets it or adds it again. What it raises becomes the new reason."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things that may be set aside: its word in the database, its name, how it is repeated."""

    word: str
    name: str
    retry: Retry


async def add(
    db: Db, kind: str, subject: str, reason: str, reference: str = "", tenant: str | None = None
) -> None:
    """Set something aside, or once more what is there already: in words, without personal data."""
    id_ = uuid_utils.compat.uuid7()
    await db.execute(sql.add, id_, kind, reference or str(id_), subject, reason, tenant, datetime.now(UTC))


async def forget(db: Db, kind: str, reference: str) -> None:
    """It was done after all."""
    await db.execute(sql.forget, kind, reference)


async def listed(db: Db, limit: int) -> tuple[list[Entry], int]:
    """What is set aside, the newest first, and how much there is in all."""
    rows = await db.fetch(sql.listed, limit)
    return [Entry(**dict(row)) for row in rows], int(await db.fetchval(sql.count))


async def ask_again(db: Db, id_: UUID, at: datetime) -> None:
    """Let the worker repeat it. Raises NotFound."""
    if not await db.fetchval(sql.ask, id_, at):
        raise NotFound("set-aside-unknown")
    announce(db, CHANNEL)


async def remove(db: Db, id_: UUID) -> None:
    """Nobody needs to see it any more."""
    await db.execute(sql.remove, id_)


async def retry_asked(settings: Settings, pool: Pool, kinds: Sequence[Kind], explain: Explain) -> None:
    """Repeat what the administrator asks for, until cancelled."""
    async for _ in notify.heard(settings, CHANNEL):
        try:
            while await retry_next(pool, kinds, explain):
                pass
        except notify.LOST as error:
            log.warning("set_aside_waits", error=type(error).__name__)


async def retry_next(pool: Pool, kinds: Sequence[Kind], explain: Explain) -> bool:
    """Repeat what was asked for first; whether there was anything."""
    now = datetime.now(UTC)
    async with pool.acquire() as db, db.transaction():
        row = await db.fetchrow(sql.next_asked)
        if row is None:
            return False
        entry = Entry(**dict(row))
        try:
            async with db.transaction():
                done = await _retry(db, kinds, entry)
        except (*AWAY, *UNDONE):  # the database is to blame, not what is repeated
            raise
        except Exception as error:
            log.warning("retry_failed", name=entry.kind, error=type(error).__name__)
            await db.execute(sql.failed, entry.id, now, _reason(error, explain))
        else:
            await (remove(db, entry.id) if done else db.execute(sql.wait, entry.id, now))
    return True


async def _retry(db: Db, kinds: Sequence[Kind], entry: Entry) -> bool:
    kind = next((kind for kind in kinds if kind.word == entry.kind), None)
    if kind is None:
        raise NotFound("set-aside-unknown")
    return await kind.retry(db, entry)


def _reason(error: Exception, explain: Explain) -> str:
    if isinstance(error, Refused):
        return explain(error.slug, error.facts)
    return f"Повторить не удалось: ошибка {type(error).__name__}."
