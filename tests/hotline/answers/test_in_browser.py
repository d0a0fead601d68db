"""Answers in Chromium: found while typing, and everybody can use the pages."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from services.chassis.process.clock import Clock
from tests.browser import looking
from tests.browser.looking import Watched
from tests.factories import DISTRICT
from tests.hotline.answers.drafting import WORDING, approved, draft, leader, publish
from tests.hotline.staffed import House, Staffed
from tests.served import served


@pytest.fixture
async def window(house: House, line: Staffed) -> AsyncIterator[Watched]:
    """A window of the leader of the working group."""
    token = await leader(line)
    async with (
        served(house.application(Clock(lambda: line.now))) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin) as watched,
    ):
        await watched.enter(token, "staff")
        yield watched
        watched.assert_clean()


async def test_an_answer_appears_while_somebody_types(window: Watched, line: Staffed) -> None:
    await approved(line)
    page = await window.open("/hotline/answers/drafts")

    await page.get_by_label("Найти, что отправить").press_sequentially("зарегестр")

    await expect(page.locator("#answers-found").get_by_text(WORDING["text"])).to_be_visible()


async def test_everybody_can_use_the_pages(window: Watched, line: Staffed) -> None:
    id_ = await approved(line)
    async with line.browser(await leader(line)) as browser:
        await publish(browser, id_)
        pending = await draft(browser, title="Ждёт" * 30)
    staff = (
        "drafts",
        "new",
        f"found?q=регистр&municipality={DISTRICT}",
        f"{id_}",
        f"{pending}",
        f"{id_}/removal",
    )
    public = f"/hotline/answers?municipality={DISTRICT}"
    for address in (*(f"/hotline/answers/{each}" for each in staff), "/hotline/answers", public):
        page = await window.open(address)
        await looking.assert_usable(window, page)
        await page.close()
