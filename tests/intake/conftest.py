"""One application of intake for a whole module, with browsers and clients of each test's own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from services.chassis.db.pool import Pool, open_pool
from tests.databases import RING, Content, Database
from tests.factories import mirror_region, subject_of
from tests.intake.test_api import PERSON, Api, code
from tests.intake.test_pages import Browser, web_of
from tests.webs import Web, serving


@dataclass(frozen=True)
class Hall:
    """The application, and what its database holds when nobody has come yet."""

    web: Web
    content: Content


@pytest.fixture(scope="module")
def hall(intake_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """The portal of a region whose campaign is open."""
    asyncio.run(_mirrored(intake_database))
    with serving(web_of(intake_database, tmp_path_factory.mktemp("hall"))) as web:
        yield Hall(web, asyncio.run(intake_database.content()))


async def _mirrored(database: Database) -> None:
    await database.empty()
    async with open_pool(database.settings("web"), ring=RING) as pool:
        await mirror_region(pool)


@pytest.fixture
async def worker(intake_database: Database) -> AsyncIterator[Pool]:
    """Intake's database as its worker sees it."""
    session = {"app.municipalities": "*"}
    async with open_pool(intake_database.settings("worker"), server_settings=session, ring=RING) as pool:
        yield pool


@pytest.fixture
async def api(hall: Hall, intake: Pool, intake_database: Database) -> AsyncIterator[Api]:
    """A client of the API who is not signed in."""
    await intake_database.replace(hall.content)
    async with hall.web.browser() as client:
        client.headers["Accept"] = "application/json"
        yield client


@pytest.fixture
async def author(api: Api, intake: Pool) -> Api:
    """The API as a registered participant uses it."""
    await join(api, intake)
    return api


@pytest.fixture
async def browser(hall: Hall, intake: Pool, intake_database: Database) -> AsyncIterator[Browser]:
    """Somebody who opens the portal."""
    await intake_database.replace(hall.content)
    async with hall.web.browser() as browser:
        browser.headers["Accept"] = "text/html"
        yield browser


async def join(api: Api, pool: Pool, **changes: object) -> str:
    """Register and confirm, signed in from then on; the participant's id."""
    registered = await api.post("/api/v1/participants", json=PERSON | changes)
    assert registered.status_code == 202, registered.text
    path = f"/api/v1/participants/{registered.json()['id']}/confirmation"
    confirmed = await api.post(path, json={"code": await code(pool)})
    assert confirmed.status_code == 200, confirmed.text
    token = confirmed.json()["token"]
    api.headers["Authorization"] = f"Bearer {token}"
    return subject_of(token)
