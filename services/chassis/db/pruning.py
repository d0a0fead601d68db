"""Delete what is worth nothing any more, in portions, from tables that would only grow.

What stays has its reason: the outbox with its numbers is what any reader, and a rebuild, may ask for
again; the audit and its chain, acts and their scans, appointments and initiatives are the record; the
inbox, the mirrors and the counters do not grow with time; alarms of lost commits, parked events that
were not repeated and published keys are few, and somebody has to see them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from services.chassis.db import notify, queries
from services.chassis.db.pool import Db, Pool

sql = queries.load(__package__, "pruning.sql")
log = structlog.get_logger()

EVERY = 3600.0
PORTION = 500
BETWEEN = 0.2
"""Seconds between portions: others have the database to themselves most of the time."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Of what is deleted how long afterwards; `statement` deletes what is before $1, $2 rows at most;
    `waiting` counts the same, and says from when the oldest is, for a service that reports it."""

    name: str
    statement: str
    kept: timedelta
    waiting: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows a rule would delete now, and since when the oldest of them is due."""

    rule: Rule
    count: int
    since: datetime | None


KEYS_VALID = timedelta(days=30)
"""How long a repeated request is answered as the first one."""

COMMON = (
    Rule("idempotency_key", sql.idempotency_keys, KEYS_VALID, sql.waiting_keys),
    Rule("dead_letter", sql.replayed_events, timedelta(days=90), sql.waiting_events),
)
"""Of every service."""


async def prune(pool: Pool, rules: Sequence[Rule]) -> None:
    """Delete every hour what its rule no longer keeps, until cancelled."""
    while True:
        for rule in rules:
            try:
                await apply(pool, rule, datetime.now(UTC))
            except notify.LOST as error:
                log.warning("pruning_waits", name=rule.name, error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def apply(pool: Pool, rule: Rule, now: datetime) -> int:
    """Delete what a rule no longer keeps, a portion a transaction; how many rows that were."""
    total, last = 0, PORTION
    while last:
        async with pool.acquire() as db:
            done = await db.execute(rule.statement, now - rule.kept, PORTION)
        last = int(done.rpartition(" ")[2])
        total += last
        if last:
            await asyncio.sleep(BETWEEN)
    if total:
        log.info("pruned", name=rule.name, count=total)
    return total


async def due(db: Db, rules: Sequence[Rule], now: datetime) -> list[Due]:
    """What each rule would delete now; nothing is. Rules that nobody asks about are left out."""
    found = []
    for rule in rules:
        if rule.waiting:
            (row,) = await db.fetch(rule.waiting, now - rule.kept)
            found.append(Due(rule, row["count"], row["oldest"] and row["oldest"] + rule.kept))
    return found
