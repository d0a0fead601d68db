"""«Сегодня» of every role in Chromium: what waits stands in the order of its deadlines, and each line leads
to where it is done."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from services.chassis.db.pool import open_pool
from tests.browser import looking
from tests.browser.looking import Watched
from tests.databases import Content, Database
from tests.hierarchy.cabinet.staging import (
    ADMINISTRATOR,
    DEPUTY,
    ON_LINE,
    OPERATOR,
    Staged,
    staged,
)
from tests.hierarchy.office import PLACE, TODAY, Office, load_region
from tests.hierarchy.orders.giving import CLERK, HEAD, MEMBER, ONE, RESPONSIBLE, STAND_IN, TEACHER
from tests.served import served

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = {"width": 390, "height": 844}
TOMORROW = f"{TODAY + timedelta(days=1):%d.%m.%Y}"
LATEST = "9999"
OTHERS = re.compile(r"/(determination|help|hotline)/waiting|/region/")
"""Parts of the page that other services answer."""

SHOWN = """rows => rows.map(row => [
  row.innerText, row.querySelectorAll(".button").length, row.querySelectorAll("a, .button").length,
])"""
MOST = 20
"""Lines that somebody has at first; a deed may put another in the place of one."""


class Deed(NamedTuple):
    """What is filled in where a line leads to, and which button is pressed then; nothing: it is read."""

    button: str = ""
    fields: Mapping[str, str] = {}


ACT = {"number": "21-р", "day": TODAY.isoformat()}
NUMBERS = {"registered": "200", "submitted": "100", "scope": "own"}
DEEDS = {
    "agreement": Deed("Выполнена"),
    "briefing": Deed("Подтвердить, что материал прочитан"),
    "checkpoints": Deed("Назначить даты", {"way": "single", "days": TOMORROW, **ACT}),
    "conclusion": Deed("Сохранить вывод", {"text": "Идём по плану."}),
    "message": Deed(),
    "order": Deed("Ознакомлен(а)"),
    "order-prepared": Deed("Подписать и дать", ACT),
    "order-report": Deed("Отправить отчёт", {"text": "Сделано."}),
    "order-reported": Deed("Принять"),
    "phone": Deed("Сохранить", {"phone": "8 800 000-00-02"}),
    "question": Deed("Отправить ответ", {"text": "Подписывает глава."}),
    "report": Deed("Отправить", {"notes": "Тихо."}),
    "unmarked": Deed("Записать, кто был", {f"present:{PLACE}": "remote"}),
}
OF_HEAD = {
    "checkpoints",
    "conclusion",
    "order-prepared",
    "order-reported",
    "question",
    "targets",
    "agreement",
}
ROLES: Mapping[str, tuple[str, set[str]]] = {
    "administrator": (ADMINISTRATOR, set()),
    "smo-operator": (OPERATOR, {"unmarked"}),
    "head": (HEAD, OF_HEAD | {"message", "phone"}),
    "clerk": (CLERK, OF_HEAD),
    "responsible": (
        RESPONSIBLE,
        {"agreement", "invitation", "message", "phone", "question", "targets"},
    ),
    "deputy": (DEPUTY, {"message", "order", "order-report", "question"}),
    "leader": (
        ONE,
        {"message", "order", "order-report", "order-reported", "phone", "question", "report"},
    ),
    "member": (MEMBER, {"message", "order", "order-report", "question"}),
    "coordinator": (TEACHER, {"briefing", "message", "order", "order-report", "phone", "report"}),
    "stand-in": (STAND_IN, {"briefing", "message", "order", "order-report", "phone", "report"}),
    "hotline-operator": (ON_LINE, set()),
}
"""Whose first page it is, and the kinds of lines that they have to do something about."""


@dataclass
class Stage:
    """The region in which something waits for everybody, and the one browser in front of it."""

    staged: Staged
    origin: str
    chromium: Browser
    database: Database
    content: Content

    @asynccontextmanager
    async def of(self, email: str, **how: Any) -> AsyncIterator[Watched]:
        """A window of somebody's, on a phone, with everything still to be done."""
        await self.database.replace(self.content)
        async with looking.window(self.chromium, self.origin, viewport=PHONE, **how) as watched:
            cookie = {"name": "staff", "value": self.staged.cookies[email], "url": self.origin}
            await watched.context.route(OTHERS, lambda route: route.fulfill(body="<p>Пока ничего.</p>"))
            await watched.context.add_cookies([{**cookie, "sameSite": "Strict"}])  # type: ignore[typeddict-item]
            yield watched


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    hierarchy_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """Everybody appointed and signed in; one application, one browser."""
    folder = tmp_path_factory.mktemp("today")
    async with open_pool(hierarchy_database.settings("worker")) as pool:
        await load_region(pool)
        office = Office(pool, hierarchy_database, folder)
        office.files.mkdir()
        async with (
            served(office.application()) as origin,
            httpx2.AsyncClient(base_url=origin, headers={"Accept": "text/html"}) as client,
            looking.chromium() as chromium,
        ):
            everything = await staged(office, client)
            yield Stage(everything, origin, chromium, hierarchy_database, await hierarchy_database.content())


@pytest.mark.parametrize("role", ROLES)
async def test_what_waits_for_a_role_is_done_from_its_first_page_without_a_script(
    role: str, stage: Stage
) -> None:
    email, wanted = ROLES[role]
    async with stage.of(email, java_script_enabled=False) as watched:
        page = await watched.open("/cabinet")
        assert await astray(page) == []
        done = list[dict[str, Any]]()
        for _ in range(MOST):
            items = await lines(page)
            await assert_listed(page, items)
            assert not done or same(done[-1]) not in map(same, items)
            todo = [(nth, item) for nth, item in enumerate(items) if item["action"] and item["own"]]
            if not todo:
                break
            await do(page, *todo[0])
            done.append(todo[0][1])

        assert {item["kind"] for item in done} == wanted
        own = page.locator("section[aria-labelledby=own-title]")
        if any(item["own"] for item in items):
            await expect(own.locator(".button")).to_have_count(0)
        else:
            await expect(own).to_contain_text("Вам лично – ничего" if items else "Ничего: всё, что зависело")


@pytest.mark.parametrize("role", ROLES)
async def test_the_first_page_of_a_role_can_be_read_by_everybody_on_a_phone_and_on_a_desk(
    role: str, stage: Stage
) -> None:
    async with stage.of(ROLES[role][0]) as watched:
        page = await watched.open("/cabinet")

        assert await looking.findings(page) == []
        assert await looking.overflow(page) == 0
        await page.set_viewport_size({"width": 1440, "height": 900})
        assert await looking.overflow(page) == 0


async def lines(page: Page) -> list[dict[str, Any]]:
    """What waits, as programs are told."""
    answer = await page.request.get(page.url.partition("/cabinet")[0] + "/api/v1/today")
    assert answer.status == 200
    items: list[dict[str, Any]] = (await answer.json())["items"]
    return items


async def astray(page: Page) -> list[str]:
    """Where lines and their steps lead that is not there; another service's pages are its own."""
    items = await lines(page)
    leads = {item["href"] for item in items}
    # To look at a message is to read it.
    steps = [item for item in items if item["action"] and not sends(item) and item["kind"] != "message"]
    leads |= {item["action"]["href"] for item in steps}
    origin = page.url.partition("/cabinet")[0]
    found = []
    for href in sorted(href for href in leads if href.startswith("/cabinet")):
        answer = await page.request.get(origin + href, max_redirects=0)
        found += [href] if answer.status != 200 else []
    return found


async def assert_listed(page: Page, items: list[dict[str, Any]]) -> None:
    """The page shows the same lines in their order, each with the one thing to do about it."""
    await page.goto(page.url.partition("/cabinet")[0] + "/cabinet")
    for title, own in (("own-title", True), ("below-title", False)):
        shown = [item for item in items if item["own"] is own]
        dues = [item["due"] or LATEST for item in shown]
        assert dues == sorted(dues)
        rows = await rows_of(page, title).evaluate_all(SHOWN)
        for item, (words, buttons, links) in zip(shown, rows, strict=True):
            assert buttons == bool(item["action"]), item
            # What has no step leads to where it is read, by its words or by its figure.
            assert links == 1 if item["count"] is None and not sends(item) else links >= 1, item
            assert str(item["title"]).split()[-1] in words


def rows_of(page: Page, title: str) -> Locator:
    return page.locator(f"section[aria-labelledby={title}] li")


def same(item: dict[str, Any]) -> tuple[str, str]:
    """What tells a line apart from others."""
    return item["kind"], item["action"]["href"] if item["action"] else ""


def sends(item: dict[str, Any]) -> bool:
    return bool(item["action"]) and item["action"]["method"] == "POST"


async def do(page: Page, nth: int, item: dict[str, Any]) -> None:
    """Follow the action of a line and do there what the line is about."""
    await press(page, rows_of(page, "own-title").nth(nth).locator(".button"))
    if sends(item):
        return
    deed = deed_of(item)
    form = page.locator("main form[method=post]")
    if not deed.button:
        assert await form.count() > 0
        return
    button = form.get_by_role("button", name=deed.button, exact=True).first
    assert await button.count() == 1, item
    form = form.filter(has=page.get_by_role("button", name=deed.button, exact=True)).first
    for name, value in deed.fields.items():
        await fill(form.locator(f'[name="{name}"]'), value)
    await press(page, button)


def deed_of(item: dict[str, Any]) -> Deed:
    """Targets are set by the Head and prepared by the responsible person."""
    if item["kind"] != "targets":
        return DEEDS[item["kind"]]
    if item["action"]["name"] == "Подготовить":
        return Deed("Передать главе", NUMBERS)
    return Deed("Утвердить индикаторы", NUMBERS | ACT)


async def fill(field: Locator, value: str) -> None:
    """A field as a person fills it in: by typing, by choosing."""
    kind = await field.first.evaluate("field => field.type")
    if kind == "radio":
        await field.and_(field.page.locator(f'[value="{value}"]')).check()
    elif kind == "select-one":
        await field.select_option(value)
    else:
        await field.fill(value)


async def press(page: Page, button: Locator) -> None:
    """It leads to a page on which nothing is wrong."""
    async with page.expect_navigation() as going:
        await button.click()
    answer = await going.value
    assert answer is not None
    assert answer.status == 200, answer.url
    assert await page.locator(".error-summary").count() == 0, await page.locator("main").inner_text()
