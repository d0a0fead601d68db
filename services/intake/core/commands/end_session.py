"""Sign a participant out."""

from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.intake.core.domain import Author
from services.intake.core.store import sessions


async def end_session(pool: Pool, who: Author) -> None:
    """The session ends; the token itself expires within ten minutes."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        await sessions.remove(db, UUID(who.session))
