"""From registration to a submitted initiative, as people do it."""

import re
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import looking
from tests.browser.looking import Watched
from tests.client import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLE, TEXT = "Свет на остановке", "Вечером не видно, какой идёт автобус."


async def test_registration_and_submission_work_without_javascript(
    browser: Browser, origin: str, client: Client
) -> None:
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        address = f"{uuid4().hex}@example.org"
        page = await watched.open("/")

        await page.get_by_role("link", name="Зарегистрироваться").click()
        await page.get_by_label("Где вы работаете?").fill("школа 2")
        await page.get_by_role("button", name="Найти").click()
        await page.get_by_role("link", name=re.compile("школа", re.IGNORECASE)).first.click()
        await page.get_by_label("Работник бюджетной сферы").check()
        await page.get_by_label("Адрес электронной почты").fill(address)
        await page.get_by_label("Я прочитал текст").check()
        await page.get_by_role("button", name="Получить код").click()
        await page.get_by_label("Код из письма").fill(await client.letter_to(address))
        await page.get_by_role("button", name="Войти").click()
        await page.goto(f"{origin}/initiatives/new")
        await page.get_by_label("Направление").select_option("roads")
        await page.get_by_label("От себя").check()
        await page.get_by_label("Название").fill(TITLE)
        await page.get_by_label("Текст инициативы").fill(TEXT)
        await page.get_by_role("button", name="Подать инициативу").click()

        await expect(page.get_by_role("status")).to_contain_text("принята")
        await page.goto(f"{origin}/initiatives")
        await expect(page.get_by_role("link", name=TITLE)).to_be_visible()
        watched.assert_clean()


async def test_the_whole_way_works_by_keyboard_alone(watched: Watched, client: Client) -> None:
    address = f"{uuid4().hex}@example.org"
    page = await watched.open("/")

    await tab_to(page, "Зарегистрироваться")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/participants/new")
    await tab_to(page, "q")
    await page.keyboard.type("школа 2")
    school = page.locator("#found a").first
    await expect(school).to_be_visible()
    await tab_to(page, await school.inner_text())
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/participants/new?organization=*")
    await tab_to(page, "position")
    await page.keyboard.press("Space")
    await tab_to(page, "email")
    await page.keyboard.type(address)
    await tab_to(page, "consent")
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/code*")
    await tab_to(page, "code")
    await page.keyboard.type(await client.letter_to(address))
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/(initiatives.*)?$"))
    await page.goto(f"{watched.origin}/initiatives/new")
    await tab_to(page, "direction")
    await page.keyboard.press("ArrowDown")
    await tab_to(page, "form")
    await page.keyboard.press("Space")
    await tab_to(page, "title")
    # Of nearly the same as others' it would be asked first whether it is another.
    await page.keyboard.type("Лавочки у поликлиники")
    await tab_to(page, "text")
    await page.keyboard.type("Пожилым негде отдохнуть по дороге к врачу.")
    await tab_to(page, "Подать инициативу")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("status").first).to_contain_text("принята")


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element with this name or text has the focus, which must be seen."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return {name: e.name || e.id || '', text: e.textContent.trim(), seen: s.outlineStyle !== 'none'
              || s.boxShadow !== 'none' || getComputedStyle(e.parentElement).outlineStyle !== 'none'} }"""
        )
        if wanted in (focused["name"], focused["text"]):
            assert focused["seen"], f"the focus on {wanted} is invisible"
            return
    pytest.fail(f"Tab does not reach {wanted}")


async def test_a_refused_form_keeps_what_was_typed_and_leads_to_the_errors(
    watched: Watched, client: Client
) -> None:
    watched.forgiven = ("422",)
    await looking.sign_in(watched, client)
    page = await watched.open("/initiatives/new")

    await page.get_by_label("Название").fill(TITLE)
    await page.get_by_role("button", name="Подать инициативу").click()

    await expect(page.locator(".error-summary")).to_be_focused()
    await expect(page.get_by_label("Название")).to_have_value(TITLE)
    await page.locator(".error-summary a").first.click()
    await expect(page.locator("#direction")).to_be_focused()


async def test_an_organization_is_found_by_typing_part_of_its_name(watched: Watched, client: Client) -> None:
    await looking.sign_in(watched, client)
    page = await watched.open("/initiatives/new")

    await page.get_by_label("Часть названия").press_sequentially("школ", delay=20)

    await expect(page.get_by_label(re.compile("школа", re.IGNORECASE)).first).to_be_visible()
