"""Seal by the ring's first key what is plain or sealed by another: at first, and at every rotation."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from services.chassis.db.pool import Pool
from services.chassis.db.sealed import PLAIN, KeyRing
from services.chassis.process.telemetry import SEALED_UNREADABLE

log = structlog.get_logger()

PORTION = 200
BETWEEN = 0.05
"""Seconds between portions: others have the database to themselves most of the time."""


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns.

    `due` locks rows that one of the keys $1 has sealed, at most $2 after a primary key ($3 …), in its order:
    the primary key and the sealed columns, which `seal` takes in the same order as arrays. `held` counts
    values by key. `start` is a primary key before all others.
    """

    name: str
    start: tuple[object, ...]
    due: str
    seal: str
    held: str


@dataclass(frozen=True, slots=True)
class Held:
    """How many values of a table a key has sealed."""

    table: str
    key: str
    count: int


async def reseal(pool: Pool, ring: KeyRing, tables: Sequence[SealedTable]) -> int:
    """Seal what is due, a portion a transaction; how many rows that were.

    Broken off, it begins anew with what is left. A row that somebody holds is left for the next time. Needs
    to see every municipality.
    """
    done = Counter[str]()
    for table in tables:
        after: tuple[object, ...] | None = table.start
        while after is not None:
            rows = await _seal_after(pool, ring, table, after)
            done[table.name] += len(rows)
            after = rows[-1][: len(table.start)] if rows else None
            if rows:
                await asyncio.sleep(BETWEEN)
    for name, count in done.items():
        if count:
            log.info("resealed", name=name, count=count)
    return done.total()


async def _seal_after(
    pool: Pool, ring: KeyRing, table: SealedTable, after: tuple[object, ...]
) -> list[tuple[object, ...]]:
    # Read as text and written as text: the connection opens the one and seals the other.
    async with pool.acquire() as db, db.transaction():
        rows = [tuple(row) for row in await db.fetch(table.due, ring.older, PORTION, *after)]
        if rows:
            await db.execute(table.seal, *map(list, zip(*rows, strict=True)))
    return rows


async def held(pool: Pool, tables: Sequence[SealedTable]) -> list[Held]:
    """How many values each key has sealed. Needs to see every municipality."""
    async with pool.acquire() as db:
        found = [Held(*row) for table in tables for row in await db.fetch(table.held)]
    return sorted(found, key=lambda one: (one.table, one.key))


async def check(pool: Pool, ring: KeyRing, tables: Sequence[SealedTable]) -> None:
    """Say in the log which values nobody can read: sealed by keys that the ring does not have."""
    missing = Counter[str]()
    for one in await held(pool, tables):
        if one.key != PLAIN and one.key not in ring.keys:
            missing[one.key] += one.count
    for name, count in missing.items():
        SEALED_UNREADABLE.inc(count)
        log.error("sealed_key_missing", name=name, count=count)
