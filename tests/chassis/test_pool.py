"""Connections to PostgreSQL: what an operator sees of waiting for one."""

import asyncio

from prometheus_client import REGISTRY

from services.chassis.db.pool import open_pool
from tests.databases import Database


def waited() -> tuple[float, float]:
    """How often somebody waited, and how long in all."""
    count, seconds = map(REGISTRY.get_sample_value, ("pool_wait_seconds_count", "pool_wait_seconds_sum"))
    return count or 0.0, seconds or 0.0


async def test_waiting_for_a_connection_is_measured(hierarchy_database: Database) -> None:
    settings = hierarchy_database.settings("worker").model_copy(update={"pool_size": 1})
    async with open_pool(settings) as pool:
        times, seconds = waited()
        async with pool.acquire():
            second = asyncio.create_task(pool.fetchval("SELECT 1"))
            await asyncio.sleep(0.2)
        assert await second == 1

    assert waited()[0] >= times + 2
    assert waited()[1] >= seconds + 0.15
