"""Renew a participant's sign-in as long as the session lives."""

from datetime import UTC, datetime
from uuid import UUID

from services.chassis.db.pool import Pool
from services.chassis.errors import Unauthorized
from services.intake.core.domain import Author
from services.intake.core.store import sessions


async def renew_session(pool: Pool, session: UUID) -> Author:
    """Whose session this is. Raises Unauthorized if it was ended or has lasted thirty days."""
    async with pool.acquire() as db:
        author = await sessions.find(db, session, datetime.now(UTC))
    if author is None:
        raise Unauthorized("token-invalid")
    return author
