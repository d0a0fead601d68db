"""What every test may ask for: a database of a service, and the pool of one of its roles."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from asyncpg import Pool
from hypothesis import settings

from deploy.local.kafka import QUICK
from deploy.local.postgres import Postgres
from services.chassis.db.pool import open_pool
from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.settings import Settings
from services.chassis.streams import kafka
from services.chassis.streams.topics import topics
from tests import databases, order, setups
from tests import installation as installations
from tests.client import Client
from tests.databases import Content, Database
from tests.installation import Installation
from tests.order import LEFT_TO_FULL, HeaviestFirst, module_of

running = ExitStack()

# How long an example takes is the machine's matter.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one place that asks for the full form; docs/tests.md says what the quick one leaves out."""
    asked = os.environ.get("FULL", "") not in ("", "0")
    parser.addoption("--full", action="store_true", default=asked, help="also what takes minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes is left to the full form."""
    if config.option.full:
        return
    left = [
        item for item in items if item.get_closest_marker("full") or module_of(item.nodeid) in LEFT_TO_FULL
    ]
    gone = set(left)
    items[:] = [item for item in items if item not in gone]
    config.hook.pytest_deselected(items=left)


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the full form runs."""
    return bool(request.config.option.full)


def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the server; workers are told its address."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ.setdefault("JDK_JAVA_OPTIONS", QUICK)
    setups.watch()
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        postgres = running.enter_context(databases.server(**databases.HASTY))
        os.environ["TEST_POSTGRES"] = postgres.superuser_dsn


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process stops it."""
    if not hasattr(config, "workerinput"):
        running.close()


@pytest.fixture(scope="module", autouse=True)
def share(request: pytest.FixtureRequest) -> Iterator[None]:
    """A module that sets up more than its share fails."""
    before = setups.counted.copy()
    yield
    assert setups.excess(request.node.nodeid, setups.since(before)) == []


@pytest.fixture(scope="session")
def superuser_dsn() -> str:
    return os.environ["TEST_POSTGRES"]


@pytest.fixture(scope="module")
def installation(request: pytest.FixtureRequest, superuser_dsn: str) -> Iterator[Installation]:
    """A whole installation with the demonstration's region, every process running: the one that modules share
    which leave it as they found it, or one of the module's own."""
    if order.scope_of(request.node.nodeid) == order.UNHARMED:
        yield shared.installation(superuser_dsn)
        return
    with demonstrated(superuser_dsn) as whole:
        yield whole


@contextmanager
def demonstrated(superuser_dsn: str) -> Iterator[Installation]:
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


class Shared:
    """The installation that modules share, from the first of them to the last."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._whole: Installation | None = None

    def installation(self, superuser_dsn: str) -> Installation:
        """Start it, unless it runs."""
        if self._whole is None:
            self._whole = self._stack.enter_context(demonstrated(superuser_dsn))
        return self._whole

    def end(self) -> None:
        self._whole = None
        self._stack.close()


shared = Shared()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """What is shared ends with the last that shares it."""
    try:
        return (yield)
    finally:
        if nextitem is None or order.scope_of(nextitem.nodeid) != order.UNHARMED:
            shared.end()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> HeaviestFirst | None:
    return HeaviestFirst(config, log) if config.getvalue("dist") == "loadscope" else None


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
    with databases.cloned("intake", superuser_dsn) as database:
        yield database


@pytest.fixture(scope="module")
def hierarchy_database(superuser_dsn: str) -> Iterator[Database]:
    with databases.cloned("hierarchy", superuser_dsn) as database:
        yield database


@pytest.fixture(scope="module")
def hotline_database(superuser_dsn: str) -> Iterator[Database]:
    with databases.cloned("hotline", superuser_dsn) as database:
        yield database


@pytest.fixture(scope="module")
def metrics_database(superuser_dsn: str) -> Iterator[Database]:
    with databases.cloned("metrics", superuser_dsn) as database:
        yield database


@pytest.fixture
async def intake(intake_database: Database) -> AsyncIterator[Pool]:
    """Intake's database as its web process sees it, empty."""
    await intake_database.empty()
    async with open_pool(intake_database.settings("web"), ring=databases.RING) as pool:
        yield pool


@pytest.fixture
async def hierarchy(hierarchy_database: Database) -> AsyncIterator[Pool]:
    """Hierarchy's database as its worker sees it, empty."""
    await hierarchy_database.empty()
    async with open_pool(hierarchy_database.settings("worker")) as pool:
        yield pool


@pytest.fixture(scope="module")
def hotline_content(hotline_database: Database) -> Content:
    """What the hotline's migrations put into its database: the themes."""
    return asyncio.run(hotline_database.content())


@pytest.fixture
async def hotline(hotline_database: Database, hotline_content: Content) -> AsyncIterator[Pool]:
    """The hotline's database as its web process sees it, with what its migrations put there."""
    await hotline_database.replace(hotline_content)
    async with open_pool(hotline_database.settings("web")) as pool:
        yield pool


@pytest.fixture
async def metrics(metrics_database: Database) -> AsyncIterator[Pool]:
    """Metrics' database as its worker sees it, empty."""
    await metrics_database.empty()
    session = {"app.municipalities": "*", "search_path": "figures, public"}
    async with open_pool(metrics_database.settings("worker"), server_settings=session) as pool:
        yield pool
