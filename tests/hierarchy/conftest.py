"""Hierarchy's database for each test, and its web application."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from deploy.local.home import new_signing_key
from services.chassis.db.pool import Pool
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.settings import Settings
from services.hierarchy.main import create_web
from services.hierarchy.settings import OfficeSettings
from tests.databases import Database
from tests.hierarchy.office import CHEAP, DATA, House, Office, load_region


@pytest.fixture
def settings(hierarchy: Pool, hierarchy_database: Database) -> Settings:
    """Settings for this test's database, as the import commands run."""
    return hierarchy_database.settings("worker")


@pytest.fixture
def pool(hierarchy: Pool) -> Pool:
    """A pool on this test's database."""
    return hierarchy


@pytest.fixture
async def client(settings: Settings, tmp_path: Path) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The web application on this test's database."""
    key = tmp_path / "key.pem"
    key.write_bytes(new_signing_key())
    given = {"signing_key_file": key, "files_url": (tmp_path / "files").as_uri()}
    of_web = OfficeSettings.model_validate({**settings.model_dump(), **given})
    async with AsyncTestClient(create_web(of_web, Lifetime(), hasher=CHEAP)) as client:
        yield client


@pytest.fixture
def file() -> Callable[[str], bytes]:
    """Reads a file of `data/`."""
    return lambda name: (DATA / name).read_bytes()


@pytest.fixture(scope="module")
def house(hierarchy_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A few municipalities with one application for the whole module."""
    with House(hierarchy_database, tmp_path_factory.mktemp("house")).opened(load_region) as house:
        yield house


@pytest.fixture
async def office(house: House, hierarchy: Pool) -> Office:
    return await house.office(hierarchy)


@pytest.fixture
async def browser(office: Office) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The browser of the administrator, signed in; sees pages."""
    async with office.browser() as browser:
        browser.headers["Accept"] = "text/html"
        await office.come(browser, "admin@example.org")
        yield browser
