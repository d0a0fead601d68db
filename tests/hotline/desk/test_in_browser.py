"""The desk in Chromium: by keyboard alone, without JavaScript, alive, and for everybody."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from contracts.appointments import Role
from services.chassis.process.clock import Clock
from tests.browser import looking
from tests.browser.looking import Watched
from tests.factories import DISTRICT
from tests.hotline.calls.exchange import connect
from tests.hotline.desk.working import DESK, ask, case, operator
from tests.hotline.staffed import House, Staffed
from tests.served import served


@pytest.fixture
async def window(house: House, line: Staffed) -> AsyncIterator[Watched]:
    """A window of an operator."""
    token = await operator(line)
    async with (
        served(house.application(Clock(lambda: line.now))) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin) as watched,
    ):
        await watched.enter(token, "staff")
        yield watched
        watched.assert_clean()


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_a_case_is_worked_on_by_keyboard_alone(window: Watched, line: Staffed) -> None:
    await ask(line, "Первый вопрос")
    second = await ask(line, "Второй вопрос")
    page = await window.open(DESK)

    await press(page, "?")
    await expect(page.get_by_text("следующее обращение")).to_be_visible()
    await press(page, "Escape", "j", "j", "k", "j", "Enter")
    await page.wait_for_url(f"**{case(second.id)}*")
    await press(page, "t")
    await expect(page.get_by_text("Обращение у вас.")).to_be_visible()
    await press(page, "r")
    await page.keyboard.type("Нажмите «Подать». j k t")
    await press(page, "Tab", "Enter")
    await expect(page.get_by_text("Ответ отправлен.")).to_be_visible()
    await press(page, "/")
    await page.wait_for_url("**/hotline?*")
    await page.keyboard.type("Первый")
    await press(page, "Enter")
    await expect(page.locator("#queue a")).to_have_count(1)
    await press(page, "n")
    await expect(page.get_by_role("heading", name="Новое обращение")).to_be_visible()


async def test_keys_work_on_a_russian_keyboard(window: Watched, line: Staffed) -> None:
    opened = await ask(line)
    page = await window.open(case(opened.id))

    await page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'у', bubbles: true}))")
    await page.locator("body").dispatch_event("keydown", {"key": "у"})

    await expect(page.get_by_label("Пояснение для них")).to_be_visible()


async def test_what_is_typed_survives_a_closed_window(window: Watched, line: Staffed) -> None:
    opened = await ask(line)
    for path, label in ((f"{DESK}/cases/new", "О чём спрашивают"), (case(opened.id), "Текст ответа")):
        page = await window.open(path)
        await page.get_by_label(label).press_sequentially("Половина ответа")
        await expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён в")
        await page.close()
        page = await window.open(path)
        await expect(page.get_by_label(label)).to_have_value("Половина ответа")
        await page.close()


async def test_the_desk_lives(window: Watched, line: Staffed) -> None:
    await ask(line)
    page = await window.open(DESK)
    await expect(page.locator("[data-count=open]")).to_have_text("1")
    async with line.browser() as browser:
        exchange = await connect(line, browser)
        await ask(line)
        await expect(page.locator("[data-count=open]")).to_have_text("2")
        await expect(page.get_by_text("Очередь изменилась: показать")).to_be_visible()
        await exchange.tell("newCall")
        await expect(page.locator(".ring").get_by_text("Пётр Ильин")).to_be_visible()
        await page.locator(".ring").get_by_text("Записать обращение").click()
        await expect(page.get_by_label("Телефон", exact=False).last).to_be_visible()
        await expect(page.locator("#phone")).to_have_value("+79201234567")
        await expect(page.get_by_text("С этого номера обращались")).to_be_visible()


async def test_a_caller_is_found_while_the_number_is_typed(window: Watched, line: Staffed) -> None:
    await ask(line)
    page = await window.open(f"{DESK}/cases/new")

    await page.locator("#phone").press_sequentially("8 920 123-45-67")

    await expect(page.get_by_label("Пётр Ильин")).to_be_checked()


async def test_without_javascript_everything_works(house: House, line: Staffed) -> None:
    token, opened = await operator(line), await ask(line)
    async with (
        served(house.application(Clock(lambda: line.now))) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, java_script_enabled=False) as watched,
    ):
        await watched.enter(token, "staff")
        page = await watched.open(DESK)
        await page.get_by_role("link", name=f"№ {opened.number}").click()
        await page.get_by_role("button", name="Взять в работу").click()
        await expect(page.get_by_text("Обращение у вас.")).to_be_visible()
        await page.get_by_label("Текст ответа").fill("Начало")
        await page.get_by_role("button", name="Сохранить черновик").click()
        await expect(page.get_by_label("Текст ответа")).to_have_value("Начало")
        await page.get_by_role("button", name="Отправить ответ").click()
        await page.get_by_role("button", name="Закрыть обращение").click()
        await expect(page.get_by_text("Обращение закрыто.")).to_be_visible()
        await page.goto(f"{origin}{DESK}/cases/new")
        await page.locator("#phone").fill("89201234567")
        await page.get_by_role("button", name="Кто это").click()
        await page.get_by_label("О чём спрашивают").fill("Ещё вопрос")
        await page.get_by_label("Тема").select_option("other")
        await page.get_by_role("button", name="Записать обращение").click()
        await expect(page.get_by_text("Обращение записано.")).to_be_visible()
        await expect(page.get_by_text("Пётр Ильин").first).to_be_visible()


async def test_everybody_can_use_the_pages(window: Watched, line: Staffed) -> None:
    long = await ask(line, "Оченьдлинноесловобезпробелов" * 12)
    async with line.browser() as browser:
        exchange = await connect(line, browser)
        await exchange.tell("hangup")
    paths = (DESK, f"{DESK}?q=нет", case(long.id), f"{DESK}/cases/new?phone=%2B79201234567", f"{DESK}/calls")
    for path in paths:
        page = await window.open(path)
        await looking.assert_usable(window, page)
        await page.close()
    head = await line.grant(Role.HEAD, DISTRICT, DISTRICT, "Глава")
    await window.enter(head, "staff")
    for path in (f"{DESK}/supervision", f"/hotline/lines/{DISTRICT}/exchange", case(long.id)):
        page = await window.open(path)
        await looking.assert_usable(window, page)
        await page.close()
