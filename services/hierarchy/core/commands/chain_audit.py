"""Chain the audit's committed lines by hash."""

import asyncio

import structlog

from services.chassis.db import notify
from services.chassis.db.pool import Pool
from services.chassis.process.settings import Settings
from services.hierarchy.core.store import audit

log = structlog.get_logger()

AT_ONCE = 1000
AT_REST = 60.0
"""Seconds after which lines are looked for that nobody has announced."""


async def chain_audit(settings: Settings, pool: Pool) -> None:
    """Chain lines as they are written, until cancelled."""
    loop, looked_at = asyncio.get_running_loop(), float("-inf")
    async for bundle in notify.heard(settings, audit.CHANNEL):
        if bundle is None and loop.time() - looked_at < AT_REST:
            continue
        try:
            while await _prolong(pool) == AT_ONCE:
                pass
            looked_at = loop.time()
        except notify.LOST as error:
            log.warning("audit_waits", error=type(error).__name__)


async def _prolong(pool: Pool) -> int:
    async with pool.acquire() as db, db.transaction():
        return await audit.prolong(db, AT_ONCE)
