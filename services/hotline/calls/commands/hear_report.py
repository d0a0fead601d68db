"""Take what a telephone exchange tells of a call."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool, announce
from services.chassis.errors import NotFound
from services.hotline.calls.domain.calls import CallEvent, heard
from services.hotline.calls.store import calls
from services.hotline.lines.domain.lines import Line
from services.hotline.lines.store import lines

NO_SECRET = bytes(32)
"""Is compared where there is no line or no secret: that takes as long. No secret has this digest."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an exchange sends: to which line, with which secret, of which call."""

    line: UUID
    secret: str
    call_id: str
    event: CallEvent
    from_: str = ""
    to: str = ""
    at: datetime | None = None


async def hear_report(pool: Pool, given: Report, now: datetime) -> None:
    """Sent twice or in another order, it leads to the same.

    Raises NotFound for a line that there is not and for a wrong secret alike, Invalid without a call's id.
    """
    async with pool.acquire() as db, db.transaction():
        line = await _line(db, given)
        told = heard(given.call_id, given.event, given.from_, given.to, given.at, now)
        call = await calls.lock(db, line.municipality, told)
        await calls.save(db, call.with_(told, now))
        announce(db, calls.CHANNEL, line.municipality)


async def _line(db: Db, given: Report) -> Line:
    try:
        line = await lines.by_id(db, given.line)
    except NotFound:
        line = None
    digest = None
    if line is not None and not line.closed:
        await tenancy.see(db, line.municipality)
        digest = await calls.secret(db, line.municipality)
    if not hmac.compare_digest(digest or NO_SECRET, digest_of(given.secret)) or line is None:
        raise NotFound("exchange-unknown")
    return line


def digest_of(secret: str) -> bytes:
    """What is stored of a secret: it is long and random, so a plain digest tells nothing of it."""
    return sha256(secret.encode()).digest()
