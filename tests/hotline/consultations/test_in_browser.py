"""A consultation in Chromium: how many keys it takes, and the pages around it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from services.chassis.process.clock import Clock
from tests.browser import looking
from tests.browser.looking import Watched
from tests.hotline.consultations.recording import coordinator, record
from tests.hotline.staffed import House, Staffed
from tests.served import served

NEW = "/hotline/consultations/new"
MOST_KEYS = 12
"""Two keys a second leave more than half of fifteen seconds to think."""


@dataclass
class Keyboard:
    """A keyboard that counts."""

    page: Page
    pressed: int = 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)
        self.pressed += len(keys)


@pytest.fixture
def scripts() -> bool:
    """Whether the window has JavaScript."""
    return True


@pytest.fixture
async def window(house: House, line: Staffed, scripts: bool) -> AsyncIterator[Watched]:
    """A window of the school's coordinator."""
    token = await coordinator(line)
    async with (
        served(house.application(Clock(lambda: line.now))) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, java_script_enabled=scripts) as watched,
    ):
        await watched.enter(token, "staff")
        yield watched
        watched.assert_clean()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_consultation_takes_few_keys_and_the_next_one_a_single_one(
    window: Watched, line: Staffed
) -> None:
    page = await window.open(NEW)
    keys = Keyboard(page)
    await expect(page.get_by_role("radio", name="Очно", exact=True)).to_be_focused()

    await keys.press("Space", "Tab", "ArrowDown", "Tab", "ArrowDown", "Tab", "Enter")
    await expect(page.get_by_role("heading", name="Записано. Ещё одну?")).to_be_visible()
    assert keys.pressed <= MOST_KEYS

    again, before = Keyboard(page), page.url
    await again.press("Enter")
    await page.wait_for_url(lambda url: url != before)
    await expect(page.get_by_role("heading", name="Записано. Ещё одну?")).to_be_visible()
    assert again.pressed == 1
    assert await line.pool.fetchval("SELECT count(*) FROM consultation") == 2


async def test_everybody_can_use_the_pages(window: Watched, line: Staffed) -> None:
    async with line.browser(await coordinator(line)) as browser:
        id_ = (await record(browser, note="Совет"))["id"]
    for address in (NEW, "/hotline/consultations", f"/hotline/consultations/{id_}"):
        page = await window.open(address)
        await looking.assert_usable(window, page)
        await page.close()
