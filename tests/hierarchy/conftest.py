"""Hierarchy's database for each test, and its web application."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from deploy.local.home import new_signing_key
from services.chassis.db import Pool
from services.chassis.process import Lifetime
from services.chassis.settings import Settings
from services.hierarchy.commands.import_municipalities import import_municipalities
from services.hierarchy.commands.import_organizations import import_organizations
from services.hierarchy.commands.import_smos import import_smos
from services.hierarchy.commands.invite_administrator import invite_administrator
from services.hierarchy.commands.open_campaign import open_campaign
from services.hierarchy.main import create_web
from services.hierarchy.settings import OfficeSettings
from tests.databases import Database
from tests.hierarchy.office import ORGANIZATIONS, SMOS, TODAY, URL, Office

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
async def client(settings: Settings, tmp_path: Path) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The web application on this test's database."""
    key = tmp_path / "key.pem"
    key.write_bytes(new_signing_key())
    given = {"signing_key_file": key, "files_url": (tmp_path / "files").as_uri()}
    of_web = OfficeSettings.model_validate({**settings.model_dump(), **given})
    async with AsyncTestClient(create_web(of_web, Lifetime())) as client:
        yield client


@pytest.fixture
def file() -> Callable[[str], bytes]:
    """Reads a file of `data/`."""
    return lambda name: (DATA / name).read_bytes()


@pytest.fixture
async def office(hierarchy: Pool, hierarchy_database: Database, tmp_path: Path) -> Office:
    await import_municipalities(hierarchy, (DATA / "classifier_utf8.csv").read_bytes(), "13")
    await import_smos(hierarchy, SMOS.encode())
    await import_organizations(hierarchy, ORGANIZATIONS.encode())
    campaign = (DATA / "campaign.yaml").read_text("utf-8")
    for name, ahead in (("prepare_from", -9), ("first_day", -5), ("last_day", 5), ("close_until", 9)):
        day = (TODAY + timedelta(days=ahead)).isoformat()
        campaign = re.sub(rf"^{name}: .*$", f"{name}: {day}", campaign, flags=re.MULTILINE)
    await open_campaign(hierarchy, campaign.encode())
    await invite_administrator(hierarchy, URL, "admin@example.org", "Админова Ада", datetime.now(UTC))
    return Office(hierarchy, hierarchy_database, tmp_path)


@pytest.fixture
async def browser(office: Office) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The browser of the administrator, signed in; sees pages."""
    async with office.browser() as browser:
        browser.headers["Accept"] = "text/html"
        await office.come(browser, "admin@example.org")
        yield browser
