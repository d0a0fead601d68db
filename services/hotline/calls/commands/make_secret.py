"""Make the secret of a line's telephone exchange, or another one instead of it."""

import secrets
from dataclasses import dataclass

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.hotline.calls.commands.hear_report import digest_of
from services.hotline.calls.store import calls
from services.hotline.core.authority import Deed, authority
from services.hotline.core.domain.audit import EXCHANGE_KEYED
from services.hotline.core.store import audit
from services.hotline.lines.store import lines


@dataclass(frozen=True, slots=True)
class Made:
    """The secret, to be shown this once; nothing to whoever sends the same form again."""

    line: str
    secret: str = ""


async def make_secret(pool: Pool, by: Staff, municipality: str, at: Moment) -> Made:
    """The one before is worth nothing any more. Raises NotFound, Forbidden, Conflict for a closed line."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Made):
            return done
        authority(by, Deed.SET_LINE, municipality)
        await tenancy.see(db, municipality)
        line = await lines.found(db, municipality)
        if line.closed:
            raise Conflict("line-closed")
        secret = secrets.token_urlsafe(32)
        await calls.keep_secret(db, municipality, digest_of(secret), at.now)
        await audit.note(db, municipality, by, at.now, EXCHANGE_KEYED, f"line:{line.id}")
        # What is kept for a repeated form must not keep the secret.
        await idempotency.keep(db, at, Made(str(line.id)))
        return Made(str(line.id), secret)
