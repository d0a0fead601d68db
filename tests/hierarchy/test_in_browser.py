"""The cabinet in Chromium, without JavaScript: links of other sites, and what is typed into forms."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.browser import looking
from tests.browser.looking import Watched
from tests.hierarchy.office import Browser, Office
from tests.served import another_site, served


@pytest.fixture
async def window(office: Office, browser: Browser) -> AsyncIterator[Watched]:
    """A window without JavaScript in which the administrator is signed in."""
    async with (
        served(office.web()) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, java_script_enabled=False) as watched,
    ):
        await watched.context.add_cookies(
            [{"name": "staff", "value": browser.cookies["staff"], "url": origin, "sameSite": "Strict"}]
        )
        yield watched


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/cabinet/invitations?all=1", "/cabinet/invitations?all=1"),
        ("/staff/sign-in?next=/cabinet/region", "/cabinet/region"),
    ],
)
async def test_a_link_of_a_letter_read_on_another_site_leads_straight_to_the_page(
    window: Watched, path: str, leads_to: str
) -> None:
    with another_site(f"{window.origin}{path}") as elsewhere:
        page = await window.context.new_page()
        await page.goto(elsewhere)
        await page.get_by_role("link").click()

        await expect(page).to_have_url(f"{window.origin}{leads_to}")
        await expect(page.get_by_text("Админова Ада").first).to_be_visible()
        await page.go_back()
        await expect(page).to_have_url(f"{elsewhere}/")


async def test_whoever_is_not_signed_in_comes_to_the_sign_in_and_no_further(window: Watched) -> None:
    await window.context.clear_cookies()
    with another_site(f"{window.origin}/cabinet/region") as elsewhere:
        page = await window.context.new_page()
        await page.goto(elsewhere)
        await page.get_by_role("link").click()

        await expect(page).to_have_url(f"{window.origin}/staff/sign-in?next=%2Fcabinet%2Fregion")
        await expect(page.get_by_label("Пароль")).to_be_visible()
