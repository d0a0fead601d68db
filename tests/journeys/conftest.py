"""A town and a village with their staff, for journeys that need no broker."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from services.chassis.db.pool import Pool
from tests.databases import Database
from tests.hierarchy.office import Browser, House
from tests.journeys.weeks import Weeks, load, staffed
from tests.metrics.told import Topics


@pytest.fixture(scope="module")
def house(hierarchy_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The region, with hierarchy's application."""
    with House(hierarchy_database, tmp_path_factory.mktemp("house")).opened(load) as house:
        yield house


@pytest.fixture
async def weeks(house: House, hierarchy: Pool, metrics: Pool) -> AsyncIterator[Weeks]:
    """Everybody has come, on 9 February."""
    office = await house.office(hierarchy)
    async with AsyncExitStack() as stack:
        worker = await stack.enter_async_context(office.worker())

        async def enter() -> Browser:
            return await stack.enter_async_context(office.browser())

        yield Weeks(office, worker, Topics(metrics), enter, *await staffed(office, enter))
