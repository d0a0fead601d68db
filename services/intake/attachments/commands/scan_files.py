"""Ask the scanner for the files that wait: what is clean is shown, what is infected is removed."""

from datetime import timedelta

import structlog
from obstore.exceptions import BaseError
from prometheus_client import Gauge

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.errors import Unavailable
from services.chassis.process.files import Files
from services.chassis.process.scanner import NotScanned, Scanner
from services.intake.attachments.domain.attachments import Attachment
from services.intake.attachments.store import attachments

log = structlog.get_logger()

WAITING = Gauge("attachments_waiting", "Files that nobody is shown, since no scanner has looked at them")

EVERY = 2.0
"""Seconds."""

PORTION = 10
PAUSE, PAUSE_LONGEST = timedelta(seconds=10), timedelta(minutes=10)
"""After which the scanner is asked for a file again; each time twice as long."""


async def scan_files(pool: Pool, files: Files, scanner: Scanner | None) -> None:
    """Scan what waits, until cancelled. Needs to see every municipality. Without a scanner nothing waits."""
    if scanner is None:
        log.info("no_scanner")

    async def look() -> None:
        if scanner is None:
            await _release(pool)
            return
        while await scan_waiting(pool, files, scanner) == PORTION:
            pass

    await now_and_again(look, EVERY, "attachments_wait")


async def scan_waiting(pool: Pool, files: Files, scanner: Scanner) -> int:
    """How many were looked at. What the scanner has not looked at waits."""
    async with pool.acquire() as db, db.transaction():
        claimed = await attachments.claim_waiting(db, PORTION, PAUSE, PAUSE_LONGEST)
    for attachment in claimed:
        await _scan(pool, files, scanner, attachment)
    async with pool.acquire() as db:
        WAITING.set(await attachments.waiting(db))
    return len(claimed)


async def _scan(pool: Pool, files: Files, scanner: Scanner, attachment: Attachment) -> None:
    try:
        parts = [part async for part in await files.read(str(attachment.key))]
        virus = await scanner.found_in(parts)
    except FileNotFoundError:
        # Whoever downloads it is told so; an attachment that was removed meanwhile is nobody's.
        virus = ""
    except (NotScanned, Unavailable, BaseError) as error:
        log.warning("attachment_not_scanned", name=str(attachment.id), reason=str(error))
        return
    async with pool.acquire() as db:
        if virus:
            await attachments.condemn(db, attachment)
        else:
            await attachments.clear(db, attachment)
    if virus:
        log.warning("attachment_infected", name=str(attachment.id), reason=virus)


async def _release(pool: Pool) -> None:
    async with pool.acquire() as db:
        if count := await attachments.release(db):
            log.warning("attachments_not_scanned", count=count)
