"""Renew a session while it lives."""

from datetime import datetime
from uuid import UUID

from services.chassis.db.pool import Pool
from services.chassis.errors import Unauthorized
from services.hierarchy.accounts.commands.begin_session import SignedIn
from services.hierarchy.accounts.store import sessions


async def renew_session(pool: Pool, session: UUID, now: datetime) -> SignedIn:
    """Whose session this is. Raises Unauthorized if it was ended or has run out."""
    async with pool.acquire() as db:
        found = await sessions.renew(db, session, now)
    if found is None:
        raise Unauthorized("token-invalid")
    account, name = found
    return SignedIn(account, session, name)
