"""Whoever follows a link of another site comes to the page by one hop of our own."""

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest
from litestar import Litestar, Response, get
from litestar.testing import AsyncTestClient

from services.chassis.process.settings import Support
from services.chassis.web.arrivals import STRAIGHT, hop
from services.chassis.web.pages import Pages

ELSEWHERE = {"Accept": "text/html", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
HERE = ELSEWHERE | {"Sec-Fetch-Site": "same-origin"}


@get("/page", include_in_schema=False, sync_to_thread=False)
def page() -> Response[str]:
    return Response("the page", media_type="text/html")


@get("/way-back", opt=STRAIGHT, sync_to_thread=False)
def way_back() -> Response[str]:
    return Response("the way back", media_type="text/html")


@pytest.fixture
async def browser() -> AsyncIterator[AsyncTestClient[Litestar]]:
    app = Litestar([page, way_back], before_request=hop(Pages("intake", "services.intake", Support())))
    async with AsyncTestClient(app) as browser:
        yield browser


async def test_a_link_of_another_site_leads_on_once(browser: AsyncTestClient[Litestar]) -> None:
    first = await browser.get("/page?q=%D0%B4%26b&x=1", headers=ELSEWHERE)
    led = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', unescape(first.text))
    assert led
    then = await browser.get(led[1], headers=HERE)

    assert led[1] == "/page?q=%D0%B4%26b&x=1"
    assert "<script" not in first.text
    assert first.headers["cache-control"] == "no-store"
    assert then.text == "the page"


@pytest.mark.parametrize(
    "headers",
    [
        HERE,
        {"Accept": "text/html"},
        ELSEWHERE | {"Sec-Fetch-Site": "none"},
        ELSEWHERE | {"Sec-Fetch-Mode": "no-cors"},
        ELSEWHERE | {"Accept": "application/json"},
    ],
)
async def test_everybody_else_is_served_straight(
    browser: AsyncTestClient[Litestar], headers: dict[str, str]
) -> None:
    assert (await browser.get("/page", headers=headers)).text == "the page"


async def test_what_is_meant_to_be_reached_from_another_site_is(browser: AsyncTestClient[Litestar]) -> None:
    assert (await browser.get("/way-back", headers=ELSEWHERE)).text == "the way back"


@pytest.mark.parametrize("path", ["//page", "//page?next=//elsewhere.example"])
async def test_no_address_leads_on_to_another_site(browser: AsyncTestClient[Litestar], path: str) -> None:
    answer = await browser.get(f"http://testserver.local{path}", headers=ELSEWHERE)

    assert "url=//" not in unescape(answer.text)
    assert 'href="//' not in unescape(answer.text)
