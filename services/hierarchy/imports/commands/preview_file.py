"""Preview what an uploaded file would change."""

from uuid import UUID

from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.imports.commands.find_changes import Preview, find_changes


async def preview_file(pool: Pool, by: Staff, id_: UUID) -> Preview:
    """What it would change now. Raises NotFound, Forbidden."""
    async with pool.acquire() as db, db.transaction(readonly=True):
        preview, _ = await find_changes(db, by, id_)
    return preview
