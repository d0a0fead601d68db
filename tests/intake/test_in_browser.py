"""The portal in Chromium, without JavaScript: links of other sites, and what Back shows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from services.chassis.db.pool import Pool
from tests.browser import looking
from tests.browser.looking import Watched
from tests.databases import Database
from tests.factories import DISTRICT, mirror_region
from tests.intake.test_pages import EMAIL, code_of, web_of
from tests.served import another_site, served


@pytest.fixture
async def window(intake: Pool, intake_database: Database, tmp_path: Path) -> AsyncIterator[Watched]:
    """A window without JavaScript in front of the portal of a region whose campaign is open."""
    await mirror_region(intake)
    async with (
        served(web_of(intake_database, tmp_path)) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, java_script_enabled=False) as watched,
    ):
        yield watched


async def come_in(window: Watched, pool: Pool) -> Page:
    """Register and confirm."""
    page = await window.open("/participants/new")
    await page.get_by_label("Муниципальное образование").select_option(DISTRICT)
    await page.locator("input[name=position][value=budget]").check()
    await page.get_by_label("Адрес электронной почты").fill(EMAIL)
    await page.get_by_label("Я прочитал текст").check()
    await page.get_by_role("button", name="Получить код").click()
    await page.get_by_label("Код из письма").fill(await code_of(pool))
    await page.get_by_role("button", name="Войти").click()
    await expect(page).to_have_url(f"{window.origin}/initiatives/new")
    return page


async def test_a_link_of_another_site_leads_straight_to_the_page(window: Watched, intake: Pool) -> None:
    page = await come_in(window, intake)

    with another_site(f"{window.origin}/initiatives") as elsewhere:
        await page.goto(elsewhere)
        await page.get_by_role("link").click()

        await expect(page).to_have_url(f"{window.origin}/initiatives")
        await expect(page.get_by_text("Вы ещё ничего не подали")).to_be_visible()


async def test_back_after_signing_out_shows_nothing_and_signs_nobody_in(
    window: Watched, intake: Pool
) -> None:
    page = await come_in(window, intake)
    await page.goto(f"{window.origin}/initiatives")
    await page.get_by_role("button", name="Выйти").click()
    await expect(page).to_have_url(f"{window.origin}/")

    seen = []
    for _ in range(3):
        await page.go_back()
        seen.append(await page.content())

    assert not any("Мои инициативы</h1>" in page or "Вы ещё ничего не подали" in page for page in seen)
    assert not any("Подать инициативу</h1>" in page for page in seen)
    assert "participant" not in {cookie["name"] for cookie in await window.context.cookies()}


async def test_a_refused_registration_keeps_everything_in_the_other_version(window: Watched) -> None:
    page = await window.open("/participants/new")
    await page.get_by_label("Муниципальное образование").select_option(DISTRICT)
    await page.locator("input[name=position][value=budget]").check()
    await page.get_by_label("Адрес электронной почты").fill("не адрес")
    await page.get_by_role("button", name="Получить код").click()
    await expect(page.locator("#email-error")).to_be_visible()

    await page.get_by_label("Версия для слабовидящих").check()

    await expect(page.locator("#email-error")).to_be_visible()
    await expect(page.get_by_label("Муниципальное образование")).to_have_value(DISTRICT)
    await expect(page.locator("input[name=position][value=budget]")).to_be_checked()
    await expect(page.get_by_label("Адрес электронной почты")).to_have_value("не адрес")
    await expect(page.locator("html")).to_have_css("font-size", "20px")
    await page.goto(f"{window.origin}/")
    await expect(page.locator("html")).to_have_css("font-size", "20px")
