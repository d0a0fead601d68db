"""What every test may ask for: a database of a service, and the pool of one of its roles."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asyncpg import Pool

from deploy.local.postgres import Postgres
from services.chassis.db.pool import open_pool
from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka
from services.chassis.streams.topics import topics
from tests import databases
from tests import installation as installations
from tests.client import Client
from tests.databases import Database
from tests.installation import Installation

running = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the server; workers are told its address."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        postgres = running.enter_context(databases.server())
        os.environ["TEST_POSTGRES"] = postgres.superuser_dsn


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process stops it."""
    if not hasattr(config, "workerinput"):
        running.close()


@pytest.fixture(scope="session")
def superuser_dsn() -> str:
    return os.environ["TEST_POSTGRES"]


def cloned(service: str, superuser_dsn: str) -> Iterator[Database]:
    database = asyncio.run(databases.clone(superuser_dsn, service))
    yield database
    asyncio.run(databases.drop(database))


@pytest.fixture(scope="module")
def installation(superuser_dsn: str) -> Iterator[Installation]:
    """A whole installation with the demonstration's region, every process running."""
    with installations.installation(lent(superuser_dsn)) as whole:
        whole.start()
        asyncio.run(whole.load_region())
        yield whole


@pytest.fixture(scope="module")
def servers(superuser_dsn: str) -> Iterator[Installation]:
    """A broker and databases; no process of ours."""
    with installations.installation(lent(superuser_dsn)) as whole:
        asyncio.run(topics_known(whole.settings("intake")))
        yield whole


async def topics_known(settings: Settings) -> None:
    """Wait until a broker that has just begun knows its topics."""
    async with asyncio.timeout(30):
        while True:
            try:
                await kafka.check_topics(settings, list(topics()))
            except SelfCheckFailed:
                await asyncio.sleep(0.2)
            else:
                return


@pytest.fixture
async def client(installation: Installation) -> AsyncIterator[Client]:
    """A client of the installation, once its region is known everywhere."""
    async with installation.client() as client:
        await client.structure_arrived()
        yield client


def lent(superuser_dsn: str) -> Postgres:
    """The run's server, for somebody who clones databases on it and leaves it running."""
    address = urlsplit(superuser_dsn)
    return Postgres(Path("/nonexistent"), address.port or 0, databases.PASSWORD)


@pytest.fixture(scope="module")
def intake_database(superuser_dsn: str) -> Iterator[Database]:
    yield from cloned("intake", superuser_dsn)


@pytest.fixture(scope="module")
def hierarchy_database(superuser_dsn: str) -> Iterator[Database]:
    yield from cloned("hierarchy", superuser_dsn)


@pytest.fixture(scope="module")
def metrics_database(superuser_dsn: str) -> Iterator[Database]:
    yield from cloned("metrics", superuser_dsn)


@pytest.fixture
async def intake(intake_database: Database) -> AsyncIterator[Pool]:
    """Intake's database as its web process sees it, empty."""
    await intake_database.empty()
    async with open_pool(intake_database.settings("web")) as pool:
        yield pool


@pytest.fixture
async def hierarchy(hierarchy_database: Database) -> AsyncIterator[Pool]:
    """Hierarchy's database as its worker sees it, empty."""
    await hierarchy_database.empty()
    async with open_pool(hierarchy_database.settings("worker")) as pool:
        yield pool


@pytest.fixture
async def metrics(metrics_database: Database) -> AsyncIterator[Pool]:
    """Metrics' database as its worker sees it, empty."""
    await metrics_database.empty()
    session = {"app.municipalities": "*", "search_path": "figures, public"}
    async with open_pool(metrics_database.settings("worker"), server_settings=session) as pool:
        yield pool
