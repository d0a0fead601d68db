"""What the worker does beside the roll-up: freeze, correct, warn, take figures, each when it is due."""

from collections.abc import Awaitable, Callable

import structlog

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.process.clock import Clock
from services.metrics.checkpoints.correcting import Correcting
from services.metrics.checkpoints.freezing import Freezing
from services.metrics.checkpoints.reporting import Reporting
from services.metrics.checkpoints.taking import Taking
from services.metrics.checkpoints.troubles import Troubles
from services.metrics.checkpoints.warning import Warnings
from services.metrics.settings import MetricsSettings

log = structlog.get_logger()

PAUSE = 2.0
"""Seconds between looks. One at rest asks for a few marks."""


class Watch:
    """Looks every few seconds at what is due. Whatever it has not done it finds again after a restart."""

    def __init__(self, settings: MetricsSettings, pool: Pool, clock: Clock) -> None:
        self._clock, self._troubles = clock, Troubles()
        self._freezing = Freezing(settings, pool, clock)
        self._correcting = Correcting(settings, pool, clock)
        self._warnings = Warnings(settings, pool, clock)
        self._taking = Taking(pool, clock)
        self._reporting = Reporting(pool, clock)

    async def listen(self) -> None:
        """Hear which past days changed, until cancelled."""
        await self._correcting.listen()

    async def run(self) -> None:
        """Look at what is due, until cancelled."""
        await now_and_again(self.look, PAUSE, "results_not_looked_at")

    async def look(self) -> None:
        """Do what is due now, each duty whatever becomes of the others. What was frozen a moment ago may have
        to be corrected already."""
        await self._do("freezing", self._freezing.look)
        await self._do("correcting", self._correcting.look)
        await self._do("warning", lambda: self._warnings.look(self._freezing.structure))
        await self._do("taking", self._taking.look)
        await self._do("reporting", self._reporting.look)

    async def _do(self, name: str, duty: Callable[[], Awaitable[int]]) -> None:
        now = self._clock.now()
        if not self._troubles.rests(now, name):
            with self._troubles.around(now, name):
                await duty()
