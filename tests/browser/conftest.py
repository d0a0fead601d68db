"""A browser in front of a whole installation, one for all modules that share a worker."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser import looking
from tests.browser.looking import Watched
from tests.client import Client
from tests.installation import Installation


@pytest.fixture(scope="module")
def origin(installation: Installation) -> Iterator[str]:
    """The address of the installation."""
    with looking.gateway(installation) as url:
        yield url


# A browser lives in one event loop, so the tests here run in that of the session.
@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with looking.chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def client(installation: Installation) -> AsyncIterator[Client]:
    """A client of the installation, once its region is known everywhere."""
    async with installation.client() as client:
        await client.structure_arrived()
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def watched(browser: Browser, origin: str) -> AsyncIterator[Watched]:
    """A window whose pages end clean: no error on the console, nothing from another host."""
    async with looking.window(browser, origin) as watched:
        yield watched
        watched.assert_clean()
