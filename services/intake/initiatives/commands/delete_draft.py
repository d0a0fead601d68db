"""Delete a draft of an initiative."""

from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.intake.core.domain import Author
from services.intake.initiatives.store import drafts


async def delete_draft(pool: Pool, who: Author, id_: UUID) -> None:
    """It is gone with its files, also if it was before."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        await drafts.remove(db, who, id_)
