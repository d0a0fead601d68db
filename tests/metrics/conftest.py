"""The figures of a region, closed or public, with people who look at them."""

from collections.abc import AsyncIterator

import pytest

from services.chassis.db import Pool
from tests.databases import Database
from tests.metrics.looking import Region, opened


@pytest.fixture
async def closed(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """A campaign whose figures are the staff's."""
    async for made in opened(metrics, metrics_database, "staff"):
        yield made


@pytest.fixture
async def public(metrics: Pool, metrics_database: Database) -> AsyncIterator[Region]:
    """A campaign whose totals are open to everybody."""
    async for made in opened(metrics, metrics_database, "public"):
        yield made
