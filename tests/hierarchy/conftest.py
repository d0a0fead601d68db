"""Hierarchy's database for each test, and its web application."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from services.chassis.db import Pool
from services.chassis.settings import Settings
from services.hierarchy.main import create_web
from tests.databases import Database

DATA = Path(__file__).parent / "data"


@pytest.fixture
def settings(hierarchy: Pool, hierarchy_database: Database) -> Settings:
    """Settings for this test's database, as the import commands run."""
    return hierarchy_database.settings("worker")


@pytest.fixture
def pool(hierarchy: Pool) -> Pool:
    """A pool on this test's database."""
    return hierarchy


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The web application on this test's database."""
    async with AsyncTestClient(create_web(settings)) as client:
        yield client


@pytest.fixture
def file() -> Callable[[str], bytes]:
    """Reads a file of `data/`."""
    return lambda name: (DATA / name).read_bytes()
