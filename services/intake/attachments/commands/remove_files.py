"""Remove the files that nobody needs: of what was deleted, and of uploads that broke off."""

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.errors import Unavailable
from services.chassis.process.files import Files
from services.intake.attachments.store import attachments

EVERY = 60.0
"""Seconds."""

PORTION = 50


async def remove_files(pool: Pool, files: Files) -> None:
    """Remove them every minute, until cancelled."""

    async def look() -> None:
        while await remove_leftovers(pool, files) == PORTION:
            pass

    await now_and_again(look, EVERY, "attachment_files_wait")


async def remove_leftovers(pool: Pool, files: Files) -> int:
    """How many were removed. The file first: what is no longer entered is gone."""
    async with pool.acquire() as db:
        keys = await attachments.leftovers(db, PORTION)
    removed = 0
    for key in keys:
        try:
            await files.remove(key)
        except Unavailable:
            break
        async with pool.acquire() as db:
            await attachments.forget(db, key)
        removed += 1
    return removed
