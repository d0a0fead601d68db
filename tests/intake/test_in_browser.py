"""The portal in Chromium, without JavaScript: links of other sites, and what Back shows."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from tests.browser import looking
from tests.browser.looking import Watched
from tests.databases import Database
from tests.factories import DISTRICT, mirror_region
from tests.intake.test_pages import EMAIL, code_of, web_of
from tests.served import another_site, served


@pytest.fixture
async def window(
    intake: Pool, intake_database: Database, tmp_path: Path, scripts: bool
) -> AsyncIterator[Watched]:
    """A window in front of the portal of a region whose campaign is open."""
    await mirror_region(intake)
    async with (
        served(web_of(intake_database, tmp_path)) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, java_script_enabled=scripts) as watched,
    ):
        yield watched


@pytest.fixture
def scripts() -> bool:
    """Whether the window has JavaScript."""
    return False


async def come_in(window: Watched, pool: Pool) -> Page:
    """Register and confirm."""
    page = await window.open("/participants/new")
    await choose_workplace(page)
    await page.locator("input[name=position][value=budget]").check()
    await page.get_by_label("Адрес электронной почты").fill(EMAIL)
    await page.get_by_label("Я прочитал текст").check()
    await page.get_by_role("button", name="Получить код").click()
    await page.get_by_label("Код из письма").fill(await code_of(pool))
    await page.get_by_role("button", name="Войти").click()
    await expect(page).to_have_url(f"{window.origin}/initiatives/new")
    return page


async def choose_workplace(page: Page) -> None:
    """Search for the school by the button, and choose it."""
    await page.get_by_label("Где вы работаете?").fill("школа 1")
    await page.get_by_role("button", name="Найти").click()
    await page.get_by_role("link", name="Школа № 1").click()


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
    await choose_workplace(page)
    await page.locator("input[name=position][value=budget]").check()
    await page.get_by_label("Адрес электронной почты").fill("не адрес")
    await page.get_by_role("button", name="Получить код").click()
    await expect(page.locator("#email-error")).to_be_visible()

    await page.get_by_label("Версия для слабовидящих").check()

    await expect(page.locator("#email-error")).to_be_visible()
    await expect(page.get_by_role("region", name="Место работы")).to_contain_text("Школа № 1")
    await expect(page.locator("input[name=position][value=budget]")).to_be_checked()
    await expect(page.get_by_label("Адрес электронной почты")).to_have_value("не адрес")
    await expect(page.locator("html")).to_have_css("font-size", "20px")
    await page.goto(f"{window.origin}/")
    await expect(page.locator("html")).to_have_css("font-size", "20px")


@pytest.mark.parametrize("scripts", [True])
async def test_a_draft_is_kept_while_one_writes_and_found_in_another_tab(
    window: Watched, intake: Pool
) -> None:
    page = await come_in(window, intake)

    await page.get_by_label("Название").press_sequentially("Переход у школы", delay=5)
    await expect(page.get_by_text("Черновик сохранён в")).to_be_visible()
    await page.get_by_label("Текст инициативы").fill("Дети переходят дорогу")
    await expect(page.locator("[name=draft_version]")).to_have_value("2")
    await page.reload()

    await expect(page.get_by_label("Название")).to_have_value("Переход у школы")
    await expect(page.get_by_label("Текст инициативы")).to_have_value("Дети переходят дорогу")
    other = await window.open("/initiatives")
    await other.get_by_role("link", name="Переход у школы").click()
    await expect(other.get_by_label("Текст инициативы")).to_have_value("Дети переходят дорогу")
    assert await looking.findings(other) == []
    window.assert_clean()


async def cut(route: Route) -> None:
    await route.abort()


async def broken(route: Route) -> None:
    await route.fulfill(status=502, content_type="text/html", body="<h1>Шлюз</h1>")


@pytest.mark.parametrize("scripts", [True])
@pytest.mark.parametrize("answer", [cut, broken])
async def test_a_draft_that_cannot_be_kept_is_said_and_nothing_is_lost(
    window: Watched, intake: Pool, answer: Callable[[Route], Awaitable[None]]
) -> None:
    window.forgiven = ("Failed to load", "Failed to fetch", "502")
    page = await come_in(window, intake)
    await page.route("**/initiatives/drafts", answer)

    await page.get_by_label("Название").fill("Переход у школы")

    await expect(page.get_by_text("Черновик сейчас не сохранить")).to_be_visible()
    await expect(page.get_by_text("Шлюз")).to_have_count(0)
    await page.unroute("**/initiatives/drafts")
    await page.get_by_label("Текст инициативы").fill("Дети переходят дорогу")
    await expect(page.get_by_text("Черновик сохранён в")).to_be_visible()
    await expect(page.get_by_text("Черновик сейчас не сохранить")).to_be_hidden()
    window.assert_clean()


@pytest.mark.parametrize("scripts", [True])
async def test_a_workplace_is_found_while_one_types(window: Watched) -> None:
    page = await window.open("/register")

    await page.get_by_label("Где вы работаете?").press_sequentially("школа 1", delay=5)
    await page.get_by_role("link", name="Школа № 1").click()

    await expect(page.get_by_role("region", name="Место работы")).to_contain_text("Сосновский")
    assert await looking.findings(page) == []
    window.assert_clean()


async def test_data_are_corrected_and_erased_without_javascript(window: Watched, intake: Pool) -> None:
    page = await come_in(window, intake)

    await page.get_by_role("link", name="Мои данные").click()
    await page.get_by_role("link", name="Исправить").click()
    await page.get_by_label("Депутат").check()
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("main")).to_contain_text("Исправлено")
    await page.get_by_role("link", name="Отозвать согласие и удалить данные").click()
    await page.get_by_role("button", name="Отозвать согласие и удалить").click()

    await expect(page.get_by_role("status")).to_contain_text("Ваши данные удалены")
    await expect(page.get_by_role("link", name="Мои данные")).to_have_count(0)


OPEN = (
    "/",
    "/register?q=школа",
    "/register?where=home&q=сосн",
    f"/register?municipality={DISTRICT}",
    "/sign-in",
)
OWN = ("/", "/initiatives/new", "/initiatives", "/me", "/me/correction", "/me/letters", "/me/erasure")


@pytest.mark.parametrize("scripts", [True])
async def test_axe_finds_nothing_on_any_page_of_the_portal(window: Watched, intake: Pool) -> None:
    window.forgiven = ("404",)  # the contacts are hierarchy's, which is not here

    for path in OPEN:
        await assert_spotless(await window.open(path), path)
    page = await come_in(window, intake)
    for path in OWN:
        await page.goto(f"{window.origin}{path}")
        await assert_spotless(page, path)
    await page.goto(f"{window.origin}/initiatives/new")
    await page.get_by_role("button", name="Подать инициативу").click()
    await expect(page.locator(".error-summary")).to_be_visible()
    await assert_spotless(page, "the form with errors")
    await fill_in(page)
    await page.get_by_role("button", name="Подать инициативу").click()
    await expect(page.get_by_role("status")).to_contain_text("принята")
    await assert_spotless(page, "the initiative")
    own = page.url.partition("?")[0]
    await page.goto(f"{window.origin}/initiatives/new")
    await fill_in(page)
    await page.get_by_role("button", name="Подать инициативу").click()
    await expect(page.locator(".alike")).to_contain_text("Переход у школы")
    await assert_spotless(page, "the form with what is alike")
    async with intake.acquire() as db, db.transaction():
        await tenancy.see(db, DISTRICT)
        await db.execute("UPDATE initiative SET status = 'returned'")
    for path in (own, f"{own}/rewording"):
        await page.goto(path)
        await assert_spotless(page, path)


async def fill_in(page: Page) -> None:
    """All that an initiative needs."""
    await page.get_by_label("Направление").select_option("roads")
    await page.locator("input[name=form]").first.check()
    await page.get_by_label("Название").fill("Переход у школы")
    await page.get_by_label("Текст инициативы").fill("Дети переходят дорогу")


async def assert_spotless(page: Page, what: str) -> None:
    """Nothing for axe, in neither colour scheme, and nothing cut on the narrowest screen."""
    wide = page.viewport_size
    assert await looking.findings(page) == [], what
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size(looking.NARROW)
    assert (await looking.findings(page), await looking.overflow(page)) == ([], 0), what
    await page.emulate_media(color_scheme="light")
    if wide:
        await page.set_viewport_size(wide)
