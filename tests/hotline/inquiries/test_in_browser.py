"""Asking and following in Chromium, with and without JavaScript."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from playwright.async_api import expect

from contracts.appointments import Role
from tests.browser import looking
from tests.browser.looking import Watched
from tests.hotline.inquiries.served import Served, application
from tests.hotline.inquiries.world import SCHOOL, World
from tests.served import served as listening


@pytest.fixture
def scripts() -> bool:
    """Whether the window has JavaScript."""
    return True


@pytest.fixture
async def window(site: Served, scripts: bool) -> AsyncIterator[Watched]:
    """A window of somebody who is not signed in."""
    async with (
        listening(application(site)) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, java_script_enabled=scripts) as watched,
    ):
        yield watched
        watched.assert_clean()


@pytest.mark.parametrize("scripts", [True, False])
async def test_somebody_asks_is_answered_and_says_that_it_helped(
    window: Watched, site: Served, world: World
) -> None:
    page = await window.open("/hotline/new")
    await page.get_by_role("searchbox", name="Где вы работаете?").fill("школа")
    await page.get_by_role("button", name="Найти").click()
    await page.get_by_role("link", name="Школа № 2").click()
    await page.get_by_label("О чём вопрос").select_option("Как подать инициативу")
    await page.get_by_label("Ваш вопрос").fill("Куда нажать?")
    await page.get_by_role("radio", name="Письмом на электронную почту").check()
    await page.get_by_label("Адрес электронной почты").fill("petr@example.org")
    await page.get_by_role("button", name="Отправить вопрос").click()
    await expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()

    world.known = site.known
    id_ = await world.everything.fetchval("SELECT id FROM inquiry")
    await world.answer(await world.operator(), id_, text="Нажмите «Подать».")
    await page.reload()
    await page.get_by_role("button", name="Помог", exact=True).click()
    await expect(page.get_by_role("heading", name="Спасибо, обращение закрыто")).to_be_visible()
    await expect(page.get_by_text("Нажмите «Подать».")).to_be_visible()


async def test_everybody_can_use_the_pages(window: Watched, site: Served, world: World) -> None:
    world.known = site.known
    asked = await world.ask(text="Куда нажать?\nСлева или справа?")
    await world.answer(await world.operator(), asked.id)

    here = f"/hotline/inquiries/{asked.link}"
    participant = uuid4()
    await window.enter(site.token(participant, uuid4(), issuer="intake"))
    await world.everything.execute("UPDATE inquiry SET participant = $1", participant)
    pages = ("/hotline/new", "/hotline/new?municipality=13702000", here, f"{here}/erasure", "/hotline/mine")
    for address in pages:
        page = await window.open(address)
        await looking.assert_usable(window, page)
        await page.close()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_participant_finds_again_what_they_asked(window: Watched, site: Served, world: World) -> None:
    await window.enter(site.token(uuid4(), uuid4(), issuer="intake"))
    page = await window.open(f"/hotline/new?organization={SCHOOL}")
    await page.get_by_label("О чём вопрос").select_option("Другое")
    await page.get_by_label("Ваш вопрос").fill("Куда нажать?")
    await page.get_by_role("radio", name="Посмотрю ответ по ссылке").check()
    await page.get_by_role("button", name="Отправить вопрос").click()
    await page.get_by_role("link", name="Мои обращения").first.click()
    await expect(page.get_by_role("heading", name="Мои обращения")).to_be_visible()
    await page.get_by_role("link", name="№ 1. Куда нажать?").click()

    await expect(page.get_by_role("heading", name="Обращение № 1")).to_be_visible()


async def test_the_administrator_can_use_the_pages_of_themes(
    window: Watched, site: Served, world: World
) -> None:
    who = await world.appoint(Role.ADMINISTRATOR, "region", where=None)
    await window.enter(site.token(who.account, who.session, who.name), cookie="staff")
    page = await window.open("/hotline/themes")
    await page.get_by_label("Название").fill("Льготы")
    await page.get_by_role("button", name="Добавить").click()
    await page.get_by_role("button", name="Не предлагать Помощь с формулировкой").click()
    await expect(page.get_by_role("heading", name="Тему больше не предлагают")).to_be_visible()
    await looking.assert_usable(window, page)

    await page.get_by_role("link", name="Льготы").click()
    await looking.assert_usable(window, page)
