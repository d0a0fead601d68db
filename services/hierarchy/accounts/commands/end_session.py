"""Sign out of one of one's own sessions."""

from datetime import datetime
from uuid import UUID

from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.publish_ended import publish_ended
from services.hierarchy.accounts.store import sessions


async def end_session(pool: Pool, by: Staff, session: UUID, now: datetime) -> None:
    """The session ends in every service. Raises NotFound for a foreign one and one that is over."""
    async with pool.acquire() as db, db.transaction():
        ended = await sessions.end(db, by.account, session, now)
        if not ended:
            raise NotFound("session-unknown")
        await publish_ended(db, ended, now)
