"""A migrated database of hierarchy for each test, and its web application."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from services.chassis.db import Pool, open_pool
from services.chassis.migrate import migrate
from services.chassis.settings import Settings
from services.hierarchy.main import MIGRATIONS, create_web

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def server() -> str:
    """A superuser's address of a PostgreSQL server for tests."""
    return os.environ["TEST_POSTGRES_DSN"]


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    """A migrated database to copy."""
    name = f"hierarchy_{uuid4().hex}"
    asyncio.run(_run(server, f"CREATE DATABASE {name}"))
    asyncio.run(_run(_at(server, name), "CREATE EXTENSION pg_trgm"))
    asyncio.run(migrate(_at(server, name), *MIGRATIONS))
    yield name
    asyncio.run(_run(server, f"DROP DATABASE {name}"))


@pytest.fixture
async def settings(server: str, template: str) -> AsyncIterator[Settings]:
    """Settings for a database of this test's own."""
    name = f"hierarchy_{uuid4().hex}"
    await _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield Settings(database_url=_at(server, name), kafka_brokers="127.0.0.1:1")
    await _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def pool(settings: Settings) -> AsyncIterator[Pool]:
    """A pool on this test's database."""
    async with open_pool(settings) as pool:
        yield pool


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The web application on this test's database."""
    async with AsyncTestClient(create_web(settings)) as client:
        yield client


@pytest.fixture
def file() -> Callable[[str], bytes]:
    """Reads a file of `data/`."""
    return lambda name: (DATA / name).read_bytes()


async def _run(dsn: str, statement: str) -> None:
    db = await asyncpg.connect(dsn)
    await db.execute(statement)
    await db.close()


def _at(server: str, database: str) -> str:
    return urlsplit(server)._replace(path=f"/{database}").geturl()
