"""Works that look again and again at what there is to do, and wait while the database is away."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from services.chassis.db import notify

log = structlog.get_logger()


async def now_and_again(look: Callable[[], Awaitable[object]], every: float, waits: str) -> None:
    """Look, and again after so many seconds, until cancelled. A look that loses the database is logged under
    the name `waits`, and the next one finds what it has not done; any other fault is the caller's to see."""
    while True:
        try:
            await look()
        except notify.LOST as error:
            log.warning(waits, error=type(error).__name__)
        await asyncio.sleep(every)
