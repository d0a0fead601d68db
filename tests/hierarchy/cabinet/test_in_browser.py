"""The cabinet in Chromium, without JavaScript: links of other sites, and what is typed into forms."""

import re
from collections import deque
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser import looking
from tests.browser.looking import Watched
from tests.hierarchy.office import PLACE, Browser, Office, appoint, appointment
from tests.served import another_site, served


@pytest.fixture
async def window(office: Office, browser: Browser) -> AsyncIterator[Watched]:
    """A window without JavaScript in which the administrator is signed in."""
    async with (
        served(office.application()) as origin,
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


LINK = re.compile(r'href="(/(?:cabinet|staff)[^"#]*)')
FILE = re.compile(r"\.pdf$|[?&](?:format|accessible)=")
FORM = '<form method="post"'
FIELDS = ":is(input:is([type=text], [type=email], [type=search], [type=password]), textarea)"
TEXTS = f"main form[method=post] {FIELDS}"
VALUES = "(fields) => fields.map((field) => field.value)"
FILL = """(fields) => fields.map((field, nth) => {
  if (field.checkVisibility()) field.value = `${nth}@example.org`;
  return field.value;
})"""
MOST = 40
"""Pages that are looked at: the lists of a region go on."""


async def pages_with_forms(browser: Browser) -> list[str]:
    """Every kind of page of the cabinet that has a form, by every link from its first page on."""
    known, ahead, found = {"/cabinet"}, deque(["/cabinet"]), dict[str, str]()
    while ahead:
        path = ahead.popleft()
        page = (await browser.get(path)).text
        main = page.partition("<main")[2]
        if FORM in main:
            found.setdefault(re.sub(r"[0-9a-f-]{8,}", "…", path), path)
        for link in LINK.findall(page.replace("&amp;", "&").replace("&#x2f;", "/")):
            if link not in known and not FILE.search(link) and len(known) < MOST:
                known.add(link)
                ahead.append(link)
    return list(found.values())


async def is_accessible(page: Page) -> bool:
    """Whether the page is in large type."""
    size: str = await page.evaluate("getComputedStyle(document.documentElement).fontSize")
    return size == "20px"


async def test_the_other_version_of_any_page_keeps_whatever_is_typed_there(
    window: Watched, office: Office, browser: Browser
) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    paths = [*await pages_with_forms(browser), "/staff/forgotten"]

    lost = [path for path in paths if not await keeps(window, path)]

    assert lost == []
    assert len(paths) > 8, paths


async def keeps(window: Watched, path: str) -> bool:
    """Whether every text field of a page, and its address, stay as they are in the other version and back."""
    page = await window.open(path)
    fields = page.locator(TEXTS)
    typed, address = await fields.evaluate_all(FILL), page.url
    before = await is_accessible(page)
    after = []
    for _ in range(2):
        await page.get_by_label("Версия для слабовидящих").click()
        now = await fields.evaluate_all(VALUES)
        after.append((await is_accessible(page) is not before, now == typed, page.url == address))
    await page.close()
    return after == [(True, True, True), (False, True, True)]


async def test_fifty_rows_of_an_annex_and_its_file_stay_and_the_version_is_remembered(
    window: Watched, office: Office
) -> None:
    rows = "\n".join(f"глава; Главин Глеб {n}; head{n}@example.org; {PLACE}" for n in range(50))
    file = office.files.parent / "annex.csv"
    file.write_text("роль;имя;адрес", "utf-8")
    page = await window.open("/cabinet/annex")
    await page.locator("#annex").fill(rows)
    await page.locator("#file").set_input_files(file)

    await page.get_by_label("Версия для слабовидящих").check()

    await expect(page.locator("#annex")).to_have_value(rows)
    assert (await page.locator("#file").input_value()).endswith("annex.csv")
    assert await is_accessible(page)
    await page.get_by_role("button", name="Проверить").click()
    await expect(page.locator(".error-summary")).to_be_visible()
    assert await is_accessible(page), "it is remembered"
    await page.get_by_label("Версия для слабовидящих").uncheck()
    await expect(page.locator("#annex")).to_have_value(re.compile("head49@example.org"))
    assert not await is_accessible(page)
    await page.goto(f"{window.origin}/cabinet")
    assert not await is_accessible(page), "and so is the other one"


async def test_with_a_script_every_choice_is_remembered(office: Office, browser: Browser) -> None:
    async with (
        served(office.application()) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin) as watched,
    ):
        page = await watched.open("/staff/sign-in")
        for _ in range(3):
            async with page.expect_response(re.compile("/static/chassis/version.*")):
                await page.get_by_label("Версия для слабовидящих").click()

        await page.goto(f"{origin}/staff/forgotten")
        assert await is_accessible(page)
        assert await looking.findings(page) == []
        watched.assert_clean()
