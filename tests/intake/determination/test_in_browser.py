"""Deciding in Chromium: by keyboard alone, without JavaScript, and for everybody."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from contracts.appointments import Role
from contracts.initiatives import InitiativeStatus
from tests.browser import looking
from tests.browser.looking import Watched
from tests.databases import Database
from tests.factories import DISTRICT
from tests.intake.determination.office import ROADS, Office
from tests.intake.test_pages import web_of
from tests.served import served

LIST = "/determination"


@pytest.fixture
async def window(
    office: Office, intake_database: Database, tmp_path: Path, scripts: bool
) -> AsyncIterator[Watched]:
    """A window of a working group's leader."""
    token = await office.grant(Role.LEADER, str(ROADS), name="Петрова Анна Ивановна")
    async with (
        served(web_of(intake_database, tmp_path)) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, java_script_enabled=scripts) as watched,
    ):
        await watched.enter(token, "staff")
        yield watched
        watched.assert_clean()


@pytest.fixture
def scripts() -> bool:
    """Whether the window has JavaScript."""
    return True


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_initiatives_are_read_and_decided_on_by_keyboard_alone(window: Watched, office: Office) -> None:
    for _ in range(4):
        await office.submit()
    page = await window.open(LIST)

    await press(page, "?")
    await expect(page.get_by_text("следующая инициатива")).to_be_visible()
    await press(page, "Escape", "j", "x", "j", "x")
    await expect(page.get_by_text("Отмечено: 2")).to_be_visible()
    await press(page, "d")
    await expect(page.get_by_role("heading", name="Определить: 2")).to_be_visible()
    await page.get_by_role("button", name="Определить").press("Enter")
    await expect(page.get_by_role("heading", name="Определена: 2")).to_be_visible()
    await page.get_by_role("link", name="К списку").press("Enter")
    await page.wait_for_url(f"**{LIST}")
    await press(page, "j", "j", "Enter")
    await expect(page.get_by_role("heading", name="№ 1. Переход 1")).to_be_visible()
    await page.wait_for_load_state()
    await press(page, "r")
    await expect(page.get_by_label("Что изменить")).to_be_focused()
    await page.keyboard.type("Какая улица? j k d")
    await press(page, "Tab", "Enter")
    await expect(page.get_by_text("Инициатива возвращена автору.")).to_be_visible()
    await page.get_by_role("button", name="Отменить решение").press("Enter")
    await expect(page.get_by_text("Решение отменено.")).to_be_visible()
    await page.wait_for_load_state()
    await press(page, "/")
    await page.wait_for_url(f"**{LIST}?status=all#q")
    await expect(page.locator("#q")).to_be_focused()
    await page.keyboard.type("переходы")
    await press(page, "Enter")
    await expect(page.locator("#initiatives > li")).to_have_count(4)


async def test_keys_work_on_a_russian_keyboard(window: Watched, office: Office) -> None:
    one = await office.submit()
    page = await window.open(f"{LIST}/{one.id}")

    await page.locator("body").dispatch_event("keydown", {"key": "к"})

    await expect(page.get_by_label("Что изменить")).to_be_visible()


async def test_the_whole_page_is_marked_at_once(window: Watched, office: Office) -> None:
    window.forgiven = ("422 (Unprocessable Entity)",)
    for _ in range(3):
        await office.submit()
    page = await window.open(LIST)

    await page.get_by_label("Все на странице").check()
    await expect(page.get_by_text("Отмечено: 3")).to_be_visible()
    await page.get_by_label("Отметить № 2").uncheck()
    await expect(page.get_by_label("Все на странице")).not_to_be_checked()
    await page.get_by_role("button", name="Отклонить").click()
    await page.get_by_role("button", name="Отклонить").click()
    await expect(page.get_by_role("alert")).to_contain_text("Выберите причину из списка.")
    await page.get_by_label("Причина").select_option("done")
    await page.get_by_label("Что сказать автору").fill("Уже построили.")
    await page.get_by_role("button", name="Отклонить").click()
    await expect(page.get_by_role("heading", name="Отклонена: 2")).to_be_visible()
    await page.get_by_role("button", name="Отменить это решение").click()
    await expect(page.get_by_text("Отменено решений: 2.")).to_be_visible()


@pytest.mark.parametrize("scripts", [False])
async def test_without_javascript_everything_works(window: Watched, office: Office) -> None:
    for _ in range(3):
        await office.submit()
    page = await window.open(LIST)

    await page.get_by_role("link", name="Отметить все на странице").click()
    await page.get_by_role("button", name="Определить").click()
    await page.get_by_role("button", name="Определить").click()
    await expect(page.get_by_role("heading", name="Определена: 3")).to_be_visible()
    await page.get_by_role("link", name="№ 2.").click()
    await page.get_by_role("link", name="Вернуть на доработку").click()
    await page.get_by_label("Что изменить").fill("Какая улица?")
    await page.get_by_role("button", name="Вернуть на доработку").click()
    await expect(page.get_by_text("Инициатива возвращена автору.")).to_be_visible()


async def test_everybody_can_use_the_pages(window: Watched, office: Office) -> None:
    long = await office.submit(title="Оченьдлинноесловобезпробелов" * 7, text="Ещёдлиннееслово" * 200)
    await office.submit(status=InitiativeStatus.DETERMINED)
    head = await office.grant(Role.HEAD, DISTRICT, name="Егоров Сергей Иванович")
    await window.enter(head, "staff")
    issues, submission = f"{LIST}/issues", f"{LIST}/submission"
    one = f"{LIST}/{long.id}"
    for path in (LIST, f"{LIST}?q=нет", one, f"{one}?decide=decline", issues, submission):
        page = await window.open(path)
        await looking.assert_usable(window, page)
        await page.close()
    page = await window.open(LIST)
    await page.get_by_label("Все на странице").check()
    await page.get_by_role("button", name="Отклонить").click()
    await looking.assert_usable(window, page)
