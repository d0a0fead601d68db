"""Remove a file from a draft or an open initiative."""

from datetime import datetime
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.directory.region import Picture
from services.intake.attachments.store import attachments
from services.intake.core.domain import Author
from services.intake.initiatives.commands.attach_file import hold_open
from services.intake.initiatives.store import drafts


async def remove_from_draft(pool: Pool, who: Author, draft_id: UUID, id_: UUID, now: datetime) -> None:
    """It is gone, also if it was before. Raises NotFound for a foreign draft."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        await drafts.lock(db, who, draft_id)
        if await attachments.remove(db, drafts.holder_of(who, draft_id), id_):
            await drafts.count_files(db, who, draft_id, -1, now)


async def remove_from_initiative(
    pool: Pool, picture: Picture, who: Author, initiative_id: UUID, id_: UUID, now: datetime
) -> None:
    """It is gone, also if it was before.

    Raises NotFound for a foreign initiative, Forbidden for a co-author's, Conflict for a closed one.
    """
    async with pool.acquire() as db, db.transaction():
        await attachments.remove(db, await hold_open(db, picture, who, initiative_id, now), id_)
