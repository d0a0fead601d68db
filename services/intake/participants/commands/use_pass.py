"""Let a request pass the flood guard, once."""

import secrets
from datetime import UTC, datetime
from hashlib import sha256

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import NotYet
from services.intake.participants.passes import FloodGuard, Given
from services.intake.participants.store import pacing


async def use_pass(pool: Pool, guard: FloodGuard, given: Given, at: Moment) -> None:
    """Nothing is asked for while the guard is off. A repeat of the same request passes again.

    Raises NotYet for a pass that is missing, not ready or used.
    """
    if not guard.on:
        return
    expires_at = guard.check(given, datetime.now(UTC))
    used_by = sha256(repr(at.repeat).encode()).digest() if at.repeat else secrets.token_bytes(32)
    async with pool.acquire() as db:
        if not await pacing.use_pass(db, sha256(given.token.encode()).digest(), used_by, expires_at):
            raise NotYet("flood-pass-used")
