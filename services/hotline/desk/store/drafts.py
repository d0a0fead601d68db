"""Drafts: what somebody has begun to write."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.db.pruning import Rule
from services.hotline.desk.domain.drafts import Draft

sql = queries.load(__package__, "drafts.sql")

PRUNED = (Rule("draft", sql.expired, timedelta(days=14)),)
"""What nobody has gone on with for two weeks is not kept: it names people."""


async def of(db: Db, municipality: str, account: UUID, about: str) -> Draft | None:
    """What somebody has begun about something."""
    return _draft(await db.fetchrow(sql.of, municipality, account, about))


async def lock(db: Db, municipality: str, account: UUID, about: str) -> Draft | None:
    """The same, locked: two windows do not undo each other."""
    return _draft(await db.fetchrow(sql.lock, municipality, account, about))


async def keep(
    db: Db, municipality: str, account: UUID, about: str, content: Mapping[str, str], now: datetime
) -> None:
    """Store what was typed; nothing of it is no draft."""
    if not content:
        await drop(db, municipality, account, about)
        return
    await db.execute(sql.keep, municipality, account, about, orjson.dumps(dict(content)).decode(), now)


async def drop(db: Db, municipality: str, account: UUID, about: str) -> None:
    """It was sent, or is wanted no more."""
    await db.execute(sql.drop, municipality, account, about)


async def unfinished(db: Db, municipalities: Sequence[str], account: UUID) -> list[Draft]:
    """The new cases that somebody has begun, the last first."""
    rows = await db.fetch(sql.unfinished, municipalities, account)
    return [draft for row in rows if (draft := _draft(row))]


def _draft(row: Any) -> Draft | None:
    return Draft(row["about"], orjson.loads(row["content"]), row["kept_at"]) if row else None


async def drop_about(db: Db, municipality: str, inquiry: UUID) -> None:
    """Nobody goes on with what they had begun to write of a case."""
    await db.execute(sql.drop_about, municipality, str(inquiry))
