"""Count how far every municipality is staffed, and state what has changed."""

import asyncio
import time
from dataclasses import replace
from datetime import datetime

import structlog

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.process.clock import Clock
from services.chassis.streams import outbox
from services.hierarchy.core.store import campaigns
from services.hierarchy.groups.domain.coverage import Coverage
from services.hierarchy.groups.store import coverage

log = structlog.get_logger()

EVERY = 3.0
"""Seconds between counts at the least. A page of one municipality counts it at once."""

RESTS = 20
"""So many times as long as a count took: of the largest region it is half a second in which pages wait."""


async def state_coverage(pool: Pool, clock: Clock) -> None:
    """Keep what is stated fresh, until cancelled. Needs a pool that sees every municipality."""

    async def count() -> None:
        began = time.monotonic()
        await count_anew(pool, clock.now())
        await asyncio.sleep(RESTS * (time.monotonic() - began))

    await now_and_again(count, EVERY, "coverage_waits")


async def count_anew(pool: Pool, now: datetime) -> int:
    """How many municipalities have changed since they were counted last; each is stated."""
    async with pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        if campaign is None:
            return 0
        known = await coverage.stated(db, campaign.id)
        counted = await coverage.count(db, campaign, None)
        changed = [each for each in (_next(known.get(c.municipality), c, now) for c in counted) if each]
        saved = await coverage.save(db, changed)
        await outbox.publish(db, *(each.stated() for each in changed if each.municipality in saved))
    return len(saved)


def _next(known: Coverage | None, counted: Coverage, now: datetime) -> Coverage | None:
    """The next state, or None if nothing has changed. Once formed, always formed: when is what counts."""
    formed_at = known.formed_at if known else None
    if formed_at is None and counted.is_formed:
        formed_at = now
    version = known.version if known else 0
    if known is not None and replace(counted, formed_at=formed_at, version=version) == known:
        return None
    return replace(counted, formed_at=formed_at, version=version + 1)
