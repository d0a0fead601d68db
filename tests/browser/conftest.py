"""A browser in front of a whole installation."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from tests.browser import looking
from tests.browser.looking import Watched
from tests.installation import Installation


@pytest.fixture(scope="module")
def origin(installation: Installation) -> Iterator[str]:
    """The address of the installation."""
    with looking.gateway(installation) as url:
        yield url


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with looking.chromium() as browser:
        yield browser


@pytest.fixture
async def watched(browser: Browser, origin: str) -> AsyncIterator[Watched]:
    """A window whose pages end clean: no error on the console, nothing from another host."""
    async with looking.window(browser, origin) as watched:
        yield watched
        watched.assert_clean()
