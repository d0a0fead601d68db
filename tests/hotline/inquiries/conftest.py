"""A hotline in which nothing was asked yet."""

from collections.abc import AsyncIterator

import pytest
from asyncpg import Pool

from services.chassis.db.pool import open_pool
from tests.databases import Database
from tests.hotline.inquiries.world import World


@pytest.fixture
async def world(hotline: Pool, hotline_database: Database) -> AsyncIterator[World]:
    session = {"app.municipalities": "*"}
    async with open_pool(hotline_database.settings("worker"), server_settings=session) as everything:
        yield World(hotline, everything)
