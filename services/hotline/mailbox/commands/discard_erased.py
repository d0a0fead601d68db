"""Discard the files of inquiries that were erased, of letters that say nothing, and parked letters whose time
is over."""

import asyncio
from collections import Counter
from typing import TypeAlias

import structlog

from services.chassis.db import notify
from services.chassis.db.pool import Pool
from services.chassis.errors import Unavailable
from services.chassis.process.files import Files
from services.hotline.mailbox.domain.letters import key_of
from services.hotline.mailbox.store import letters
from services.hotline.mailbox.store.letters import Erased, LeftOver, Original

log = structlog.get_logger()

Discarded: TypeAlias = Erased | Original | LeftOver

EVERY, PORTION = 60.0, 50


async def discard_erased(pool: Pool, files: Files) -> None:
    """Discard them until cancelled."""
    while True:
        try:
            await discarded(pool, files)
        except notify.LOST as error:
            log.warning("discarding_waits", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def discarded(pool: Pool, files: Files) -> int:
    """Discard all that can be discarded now; how many. A file goes before its row: after a crash between it
    is tried again, and one that cannot be removed is left for later and holds up no other."""
    count, left = 0, Counter[type]()
    while found := await _some(pool, left):
        for each in found:
            if await _discard(pool, files, each):
                count += 1
            else:
                left[type(each)] += 1
    if count:
        log.info("files_discarded", count=count)
    return count


async def _some(pool: Pool, left: Counter[type]) -> list[Discarded]:
    """Those after so many that could not be removed."""
    async with pool.acquire() as db:
        return [
            *await letters.erased(db, PORTION, left[Erased]),
            *await letters.expired_originals(db, PORTION, left[Original]),
            *await letters.left_over(db, PORTION, left[LeftOver]),
        ]


async def _discard(pool: Pool, files: Files, each: Discarded) -> bool:
    """Outside a transaction: the storage may take its time."""
    try:
        for key in _keys(each):
            await files.remove(key)
    except Unavailable as error:
        log.warning("file_not_discarded", error=type(error).__name__)
        return False
    async with pool.acquire() as db:
        match each:
            case Erased():
                await letters.discard(db, each)
            case Original():
                await letters.discard_original(db, each)
            case LeftOver():
                await letters.discard_files(db, each)
    return True


def _keys(each: Discarded) -> list[str]:
    if isinstance(each, LeftOver):
        return [key_of(each.municipality, each.digest, nth) for nth in range(each.files)]
    return [each.key]
