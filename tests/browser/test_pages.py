"""What holds for every page: nothing serious for axe-core, nothing cut, nothing heavy, nothing foreign."""

import pytest
from playwright.async_api import Browser

from tests.browser import looking
from tests.client import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPEN = {
    "start": "/",
    "registration": "/participants/new",
    "sign-in": "/sign-in",
    "region": "/region",
    "region-table": "/region?view=table&by=hour",
    "wall": "/region?wall=1",
    "municipality": "/municipalities/13603000",
    "apis": "/api",
}
OWN = {"new-initiative": "/initiatives/new", "initiatives": "/initiatives"}
HEAVIEST = 100 * 1024
WEIGHTS = """[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter((entry) => !entry.name.endsWith('.woff2')).map((entry) => [entry.name, entry.encodedBodySize])"""


@pytest.mark.parametrize("name", [*OPEN, *OWN])
async def test_everybody_can_use_it(name: str, browser: Browser, origin: str, client: Client) -> None:
    async with looking.window(browser, origin) as watched:
        if name in OWN:
            await looking.sign_in(watched, client)
        page = await watched.open((OPEN | OWN)[name])
        weights = await page.evaluate(WEIGHTS)

        assert sum(weight for _, weight in weights) <= HEAVIEST, weights
        await looking.assert_usable(watched, page)


async def test_a_page_that_is_not_there_says_where_to_go(browser: Browser, origin: str) -> None:
    async with looking.window(browser, origin) as watched:
        watched.forgiven = ("404",)
        page = await watched.open("/nowhere")

        assert await page.get_by_role("link").count() > 0
        assert await looking.serious_findings(page) == []
        watched.assert_clean()
