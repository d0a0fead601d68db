"""How many initiatives were submitted in each direction, for a page that everybody opens."""

import asyncio
import time

import structlog

from services.chassis.db import tenancy
from services.chassis.db.away import PASSING
from services.chassis.db.pool import Pool
from services.intake.initiatives.store import acceptances

log = structlog.get_logger()

FRESH = 3.0
"""Seconds: everybody who looks meanwhile sees the same figures."""


class Submitted:
    """The same figures as metrics', by the same definition: what intake has stored, withdrawn or not."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._counted: dict[str, tuple[float, dict[str, int] | None]] = {}
        self._counting = asyncio.Lock()

    async def of(self, campaign: str) -> dict[str, int] | None:
        """By direction; one that nobody has chosen yet is missing. While the database is away the last ones
        that were counted, or None: the page is there all the same."""
        async with self._counting:
            at, counts = self._counted.get(campaign, (float("-inf"), None))
            if time.monotonic() - at < FRESH:
                return counts
            try:
                counts = await self._count(campaign)
            except PASSING as error:
                log.warning("counts_wait", error=type(error).__name__)
            self._counted[campaign] = time.monotonic(), counts
            return counts

    async def _count(self, campaign: str) -> dict[str, int]:
        async with self._pool.acquire() as db, db.transaction():
            # Sums over the region alone leave here.
            await tenancy.see(db, "*")
            return await acceptances.submitted(db, campaign)
