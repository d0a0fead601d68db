"""Remove the uploaded tables that are no longer kept; what they said stays."""

from datetime import datetime

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.errors import Unavailable
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.intake.federal.domain.imports import FILE_KEPT
from services.intake.federal.store import imports

EVERY = 3600.0
"""Seconds."""

PORTION = 50


async def remove_files(pool: Pool, files: Files, clock: Clock) -> None:
    """Remove them hourly, until cancelled."""

    async def look() -> None:
        while await remove_old(pool, files, clock.now()) == PORTION:
            pass

    await now_and_again(look, EVERY, "federal_files_wait")


async def remove_old(pool: Pool, files: Files, now: datetime) -> int:
    """How many were removed. The file first: what is written down as removed is gone."""
    async with pool.acquire() as db:
        old = await imports.with_old_files(db, now - FILE_KEPT, PORTION)
    removed = 0
    for id_, key in old:
        try:
            await files.remove(key)
        except Unavailable:
            break
        async with pool.acquire() as db:
            await imports.file_removed(db, id_)
        removed += 1
    return removed
