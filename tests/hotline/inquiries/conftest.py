"""A hotline in which nothing was asked yet, and its web application."""

from collections.abc import AsyncIterator, Iterator

import pytest
from asyncpg import Pool
from litestar import Litestar
from litestar.testing import AsyncTestClient

from services.chassis.db.pool import open_pool
from tests.databases import Database
from tests.hotline.inquiries.served import Served, served_on
from tests.hotline.inquiries.world import World


@pytest.fixture
async def world(hotline: Pool, hotline_database: Database) -> AsyncIterator[World]:
    session = {"app.municipalities": "*"}
    async with open_pool(hotline_database.settings("worker"), server_settings=session) as everything:
        yield World(hotline, everything)


@pytest.fixture(scope="module")
def served(hotline_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application of a region that knows its staff's keys, for the whole module."""
    with served_on(hotline_database, tmp_path_factory.mktemp("hotline")) as served:
        yield served


@pytest.fixture
async def site(served: Served, world: World) -> Served:
    """As it was when it began, with the clock of the world."""
    await served.restore(world)
    return served


@pytest.fixture
async def browser(site: Served) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """Somebody's browser who is not signed in."""
    async with site.browser() as browser:
        yield browser
