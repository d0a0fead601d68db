"""The live view on lines that are slow, silent for long, or behind a proxy that holds streams back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from tests.browser import looking
from tests.browser.looking import PATIENCE
from tests.browser.slow_way import PICTURE, SlowWay, slow_way
from tests.browser.test_live_view import figure, lives, moved
from tests.client import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

PACE = 10
"""A minute of the page takes six seconds."""

PROVOKED = ("503", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_ABORTED")


async def hurried(route: Route) -> None:
    answer = await route.fetch()
    body = (await answer.text()).replace("data-live=", f'data-pace="{PACE}" data-live=', 1)
    await route.fulfill(response=answer, body=body)


@pytest_asyncio.fixture(loop_scope="session")
async def line(origin: str) -> AsyncIterator[tuple[SlowWay, str]]:
    async with slow_way(origin) as line:
        yield line


@asynccontextmanager
async def opened(browser: Browser, url: str) -> AsyncIterator[Page]:
    async with looking.window(browser, url) as watched:
        watched.forgiven = PROVOKED
        await watched.context.route("**/region", hurried)
        yield await watched.open("/region")
        watched.assert_clean()


@asynccontextmanager
async def moving(client: Client) -> AsyncIterator[None]:
    """Somebody submits all the time: the server's own rest is longer than the hurried page's patience."""
    who = await client.register()

    async def submit() -> None:
        while True:
            await client.submit(who)
            await asyncio.sleep(0.5)

    submitting = asyncio.create_task(submit())
    try:
        yield
    finally:
        submitting.cancel()
        await asyncio.gather(submitting, return_exceptions=True)


async def test_a_stream_that_was_silent_for_a_minute_recovers_on_a_slow_line(
    browser: Browser, line: tuple[SlowWay, str], client: Client
) -> None:
    way, url = line
    way.refused = (PICTURE,)  # by the stream alone
    async with moving(client), opened(browser, url) as page:
        await lives(page)

        way.flowing.clear()
        await expect(page.locator("#live-state.lost")).to_be_visible(timeout=60_000 / PACE + 4_000)
        way.delay = 1.5
        way.flowing.set()

        await expect(page.locator("#live-state:not(.lost)")).to_be_visible(timeout=30_000)
        for _ in range(3):
            assert await moved(page, await figure(page), within=5)
        tried = way.streams
        await asyncio.sleep(5)
        assert way.streams == tried  # the stream stays: none is given up before its first event


async def test_figures_stay_fresh_behind_a_proxy_that_holds_streams_back(
    browser: Browser, line: tuple[SlowWay, str], client: Client
) -> None:
    way, url = line
    way.whole = True
    who = await client.register()
    async with opened(browser, url) as page:
        for _ in range(3):
            before = await figure(page)
            assert (await client.submit(who)).status_code == 201
            assert await moved(page, before, within=15)

        await expect(page.locator("#live-state:not(.lost)")).to_be_visible()
        assert await figure(page) == (await client.counters())[0]["submitted"]
        # The stream is tried on, and for a while each time, though the fetched figures move.
        async with moving(client), asyncio.timeout(PATIENCE / 1000):
            while way.streams < 3:
                await asyncio.sleep(0.1)
        assert way.streams < 12


async def test_figures_come_by_the_stream_again_once_the_proxy_lets_it_through(
    browser: Browser, line: tuple[SlowWay, str], client: Client
) -> None:
    way, url = line
    way.whole = True
    async with moving(client), opened(browser, url) as page:
        assert await moved(page, await figure(page), within=15)

        way.whole = False
        way.refused = (PICTURE,)

        await lives(page)
        for _ in range(3):
            assert await moved(page, await figure(page), within=8)
