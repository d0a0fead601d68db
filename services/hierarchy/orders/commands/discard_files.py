"""Discard the files of orders whose words were erased."""

from uuid import UUID

import structlog

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.errors import Unavailable
from services.chassis.process.files import Files
from services.hierarchy.orders.store import files
from services.hierarchy.orders.store.files import Kept

log = structlog.get_logger()

EVERY, PORTION = 3600.0, 50


async def discard_files(pool: Pool, storage: Files) -> None:
    """Discard them until cancelled. Needs a pool that sees every municipality."""

    async def look() -> None:
        await discard_erased(pool, storage)

    await now_and_again(look, EVERY, "discarding_waits")


async def discard_erased(pool: Pool, storage: Files) -> int:
    """Discard what can be discarded now; how many. One that cannot be removed is left for the next look and
    holds up no other."""
    count, after, last = 0, UUID(int=0), PORTION
    while last == PORTION:
        async with pool.acquire() as db:
            found = await files.of_erased(db, after, PORTION)
        for file in found:
            count, after = count + await _discard(pool, storage, file), file.id
        last = len(found)
    if count:
        log.info("files_discarded", count=count)
    return count


async def _discard(pool: Pool, storage: Files, file: Kept) -> bool:
    """The file goes before its row: after a crash between them it is tried again."""
    try:
        await storage.remove(file.key)
    except Unavailable as error:
        log.warning("file_not_discarded", error=type(error).__name__)
        return False
    async with pool.acquire() as db:
        await files.forget(db, file)
    return True
