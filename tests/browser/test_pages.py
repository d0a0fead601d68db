"""What holds for every page: nothing that axe-core finds, nothing cut, nothing heavy, nothing foreign."""

import re

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.browser import looking
from tests.client import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPEN = {
    "start": "/",
    "registration": "/register",
    "registration-found": "/register?q=%D1%88%D0%BA%D0%BE%D0%BB%D0%B0",
    "registration-place": "/participants/new?municipality=13603000",
    "sign-in": "/sign-in",
    "region": "/region",
    "region-table": "/region?view=table&by=hour",
    "wall": "/region?wall=1",
    "municipality": "/municipalities/13603000",
    "apis": "/api",
}
OWN = {
    "new-initiative": "/initiatives/new",
    "initiatives": "/initiatives",
    "data": "/me",
    "correction": "/me/correction",
    "erasure": "/me/erasure",
}
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


PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.mark.parametrize("path", ["/", "/region", "/staff/sign-in"])
async def test_a_phone_has_the_sections_behind_a_button(path: str, browser: Browser, origin: str) -> None:
    async with looking.window(browser, origin, viewport=PHONE, java_script_enabled=False) as watched:
        page = await watched.open(path)
        sections = page.get_by_role("navigation", name="Разделы")
        head = await page.locator(".site-header > .inside").bounding_box()

        assert head
        assert head["height"] <= 64
        await expect(sections).to_be_hidden()
        await page.get_by_role("button", name="Меню").click()
        await expect(sections).to_be_visible()
        await sections.get_by_role("link").first.click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        watched.assert_clean()


async def test_a_page_says_what_it_is_to_whoever_shows_a_link_to_it(client: Client) -> None:
    for service, path in (("intake", "/"), ("metrics", "/region"), ("hierarchy", "/contacts")):
        page = (await client.http.get(f"{client.url(service)}{path}")).text

        assert re.search(r'<meta name="description" content="[^"]{20,}">', page), path
        assert re.search(r'<meta property="og:title" content="[^"]+">', page), path
        assert (await client.http.head(f"{client.url(service)}{path}")).status_code == 200


async def test_a_page_that_is_not_there_says_where_to_go(browser: Browser, origin: str) -> None:
    async with looking.window(browser, origin) as watched:
        watched.forgiven = ("404",)
        page = await watched.open("/nowhere")

        for name in ("Подать инициативу", "Мои инициативы", "Регион сейчас", "Вход для сотрудников"):
            await expect(page.get_by_role("link", name=name)).to_be_visible()
        assert await looking.findings(page) == []
        watched.assert_clean()
