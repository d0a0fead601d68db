"""How many initiatives were submitted in each direction, for a page that everybody opens."""

import asyncio
import time

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.intake.initiatives.store import acceptances

FRESH = 3.0
"""Seconds: everybody who looks meanwhile sees the same figures."""


class Submitted:
    """The same figures as metrics', by the same definition: what intake has stored, withdrawn or not."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._counted: dict[str, tuple[float, dict[str, int]]] = {}
        self._counting = asyncio.Lock()

    async def of(self, campaign: str) -> dict[str, int]:
        """By direction; one that nobody has chosen yet is missing."""
        async with self._counting:
            at, counts = self._counted.get(campaign, (float("-inf"), {}))
            if time.monotonic() - at < FRESH:
                return counts
            async with self._pool.acquire() as db, db.transaction():
                # Sums over the region alone leave here.
                await tenancy.see(db, "*")
                counts = await acceptances.submitted(db, campaign)
            self._counted[campaign] = time.monotonic(), counts
            return counts
