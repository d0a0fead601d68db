"""A Head and an SMO plan, look at the fact beside the plan and meet over it, as people use the pages."""

import asyncio
import re
from datetime import datetime, timedelta
from email import message_from_bytes

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser import looking
from tests.browser.looking import assert_usable
from tests.client import PATIENCE, Client
from tests.factories import HERE

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACE, NAME = "13612000", "Зареченский муниципальный район"
FOLDER = f"/cabinet/municipalities/{PLACE}"
TODAY = datetime.now(HERE).date()
REFUSED = ("status of 422",)
"""What a browser says of a form that is refused."""

TITLE = "Промежуточные итоги района"


TOKENS: dict[str, str] = {}
"""Role → token, once for all tests: a letter's link works once."""


@pytest_asyncio.fixture(loop_scope="session")
async def staff(client: Client) -> dict[str, str]:
    """The tokens of a Head and of the SMO's operator."""
    if TOKENS:
        return TOKENS
    await client.invite("plan@example.org", "Админова Ада")
    administrator = await client.come("plan@example.org")
    people = (
        {"role": "smo-operator", "of": "smo", "email": "plan-smo@example.org"},
        {"role": "head", "of": PLACE, "email": "plan-head@example.org"},
    )
    await client.appoint(administrator, *people)
    TOKENS.update({person["role"]: await client.come(person["email"]) for person in people})
    return TOKENS


async def test_a_head_plans_and_sees_the_fact_beside_without_javascript(
    browser: Browser, origin: str, client: Client, staff: dict[str, str]
) -> None:
    who = await client.register(PLACE)
    await client.submit(who)
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        watched.forgiven = REFUSED
        await watched.enter(staff["head"], cookie="staff")
        page = await watched.open("/cabinet")
        await page.get_by_role("link", name="Установить").click()
        await page.get_by_label("Сколько пользователей зарегистрируется").fill("0")
        await page.get_by_label("Сколько инициатив подадут").fill("много")
        await page.get_by_role("button", name="Утвердить индикаторы").click()
        await expect(page.get_by_role("alert").first).to_be_visible()
        await page.get_by_label("Сколько пользователей зарегистрируется").fill("40")
        await page.get_by_label("Сколько инициатив подадут").fill("20")
        await page.get_by_label("Район с поселениями").check()
        await page.get_by_label("Номер распоряжения").fill("21-р")
        await page.get_by_label("Дата распоряжения").fill(TODAY.isoformat())
        await page.get_by_role("button", name="Утвердить индикаторы").click()
        await expect(page.get_by_role("status").first).to_contain_text("Индикаторы внесены")

        page = await watched.open("/cabinet")
        await page.get_by_role("link", name="Назначить даты").click()
        await page.get_by_label("По дням недели").check()
        await page.get_by_label("каждую пятницу").check()
        await page.get_by_label("Номер распоряжения").fill("22-р")
        await page.get_by_label("Дата распоряжения").fill(TODAY.isoformat())
        await page.get_by_role("button", name="Назначить даты").click()
        await expect(page.get_by_role("status").first).to_contain_text("Даты назначены")
        await expect(page.get_by_text(re.compile("каждую пятницу")).first).to_be_visible()

        page = await shown(page, f"{origin}/municipalities/{PLACE}", "индикатора 20")
        await expect(page.get_by_text(re.compile("индикатора 40")).first).to_be_visible()
        watched.assert_clean()
    async with looking.window(browser, origin, java_script_enabled=False) as visitor:
        page = await visitor.open(f"/municipalities/{PLACE}")
        await expect(page.get_by_text(re.compile("ндикатор"))).to_have_count(0)


async def shown(page: Page, url: str, text: str) -> Page:
    """The page once it says something: what is decided travels to the figures."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await page.goto(url)
            if text in (await page.inner_text("main")).replace("\N{NO-BREAK SPACE}", " "):
                return page
            await asyncio.sleep(0.3)


async def test_an_smo_reminds_and_meets_and_is_answered_without_javascript(
    browser: Browser, origin: str, client: Client, staff: dict[str, str]
) -> None:
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        watched.forgiven = REFUSED
        await watched.enter(staff["smo-operator"], cookie="staff")
        page = await watched.open("/cabinet/targets?only=missing")
        await expect(page.get_by_text("Не установлены").first).to_be_visible()
        page = await watched.open(f"/cabinet/meetings/new?municipality={PLACE}")
        await page.get_by_role("button", name="Созвать и разослать").click()
        await expect(page.get_by_role("alert").first).to_be_visible()
        await page.get_by_label("О чём встреча").fill(TITLE)
        await page.get_by_label("По видеосвязи", exact=False).first.check()
        await page.get_by_label("Ссылка на видеосвязь").fill("https://meet.example.org/r")
        await page.get_by_label("День", exact=True).fill((TODAY + timedelta(days=3)).isoformat())
        await page.get_by_label("Повестка").fill("План и факт\nРазное")
        await page.get_by_role("button", name="Созвать и разослать").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
        meeting = page.url.removeprefix(origin).partition("?")[0]
        watched.assert_clean()
    await has_calendar(client, "plan-head@example.org")
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        await watched.enter(staff["head"], cookie="staff")
        page = await watched.open("/cabinet")
        await expect(page.get_by_text(re.compile(TITLE)).first).to_be_visible()
        page = await watched.open(meeting)
        await page.get_by_role("button", name="Буду").first.click()
        await expect(page.get_by_role("status").first).to_be_visible()
        watched.assert_clean()
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        await watched.enter(staff["smo-operator"], cookie="staff")
        page = await watched.open(meeting)
        await expect(page.get_by_role("row").filter(has_text=NAME)).to_contain_text("будет")
        watched.assert_clean()


async def has_calendar(client: Client, address: str) -> None:
    """Wait for a letter with something for the recipient's calendar."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for file in (client.installation.folder / "mail").glob("*.eml"):
                letter = message_from_bytes(file.read_bytes())
                kinds = {part.get_content_type() for part in letter.walk()}
                if letter["To"] == address and "text/calendar" in kinds:
                    return
            await asyncio.sleep(0.1)


async def test_every_page_of_plan_and_fact_is_usable_by_everybody(
    browser: Browser, origin: str, staff: dict[str, str]
) -> None:
    of_head = ("/cabinet", f"{FOLDER}/targets", f"{FOLDER}/checkpoints", "/cabinet/meetings", "/region")
    of_smo = (
        *("/cabinet", "/cabinet/targets", "/cabinet/checkpoints", "/cabinet/meetings"),
        *("/cabinet/meetings/new", "/cabinet/agreements", "/region?view=table", "/region/comparison"),
    )
    for role, paths in (("head", of_head), ("smo-operator", of_smo)):
        async with looking.window(browser, origin) as watched:
            await watched.enter(staff[role], cookie="staff")
            for path in paths:
                await assert_usable(watched, await watched.open(path))
            watched.assert_clean()
