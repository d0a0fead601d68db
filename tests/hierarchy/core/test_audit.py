"""The audit's chain: what was written cannot be changed unseen."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.hierarchy.core.domain.audit import Line, Verified, verify
from services.hierarchy.core.store import audit
from tests.databases import Database

PLACES = ("13605000", "region")


async def write(pool: Pool, count: int) -> None:
    now = datetime.now(UTC)
    lines = [Line(PLACES[i % 2], now, uuid4(), None, "appointed", f"appointment:{i}") for i in range(count)]
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *PLACES)
        await audit.add(db, lines)


async def prolong(pool: Pool, limit: int = 100) -> int:
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        return await audit.prolong(db, limit)


async def verified(pool: Pool) -> Verified:
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        return verify(await audit.links(db))


async def test_every_committed_line_is_chained_once(hierarchy: Pool) -> None:
    await write(hierarchy, 3)
    first = [await prolong(hierarchy, 2), await prolong(hierarchy, 2), await prolong(hierarchy, 2)]
    await write(hierarchy, 20)
    await asyncio.gather(*(prolong(hierarchy, 7) for _ in range(5)))

    found = await verified(hierarchy)

    assert first == [2, 1, 0]
    assert (found.links, found.broken) == (23, None)


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit SET action = 'praised' WHERE id = (SELECT line FROM audit_chain WHERE n = 4)", 4),
        ("DELETE FROM audit WHERE id = (SELECT line FROM audit_chain WHERE n = 2)", 2),
        ("DELETE FROM audit_chain WHERE n = 3", 3),
    ],
)
async def test_a_line_changed_behind_our_back_is_seen(
    hierarchy: Pool, hierarchy_database: Database, superuser_dsn: str, tampering: str, broken: int
) -> None:
    await write(hierarchy, 6)
    await prolong(hierarchy)
    db = await asyncpg.connect(superuser_dsn.rpartition("/")[0] + f"/{hierarchy_database.name}")
    await db.execute(tampering)
    await db.close()

    assert (await verified(hierarchy)).broken == broken


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = ''", "DELETE FROM audit"])
async def test_no_process_of_ours_can_change_a_line(hierarchy: Pool, statement: str) -> None:
    await write(hierarchy, 2)

    async with hierarchy.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        done = await db.execute(statement)

    assert done.endswith(" 0")
