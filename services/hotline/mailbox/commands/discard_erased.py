"""Discard the files of inquiries that were erased, and parked letters whose time is over."""

import asyncio

import structlog

from services.chassis.db import notify
from services.chassis.db.pool import Pool
from services.chassis.errors import Unavailable
from services.chassis.process.files import Files
from services.hotline.mailbox.store import letters

log = structlog.get_logger()

EVERY, PORTION = 60.0, 50


async def discard_erased(pool: Pool, files: Files) -> None:
    """Discard them until cancelled."""
    while True:
        try:
            while await discarded(pool, files):
                pass
        except (*notify.LOST, Unavailable) as error:
            log.warning("discarding_waits", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def discarded(pool: Pool, files: Files) -> int:
    """Discard some; how many. A file goes before its row: after a crash between it is tried again.

    Raises Unavailable: then no row goes, and all are tried again.
    """
    async with pool.acquire() as db, db.transaction():
        found = await letters.erased(db, PORTION)
        for file in found:
            await files.remove(file.key)
            await letters.discard(db, file)
        originals = await letters.expired_originals(db, PORTION)
        for letter in originals:
            await files.remove(letter.key)
            await letters.discard_original(db, letter)
    if count := len(found) + len(originals):
        log.info("files_discarded", count=count)
    return count
