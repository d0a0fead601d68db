"""The figures of the work between the levels in a browser: read by everybody, on a phone as well."""

from asyncpg import Pool
from playwright.async_api import expect

from tests.browser import looking
from tests.databases import Database
from tests.metrics.test_plan_in_browser import opened
from tests.metrics.test_work_page import told


async def test_the_page_can_be_read_by_everybody_on_a_phone_and_fits_a_desk(
    metrics: Pool, metrics_database: Database
) -> None:
    await told(metrics)
    size = {"width": 390, "height": 844}
    async with opened(metrics_database, metrics, viewport=size) as watched:
        page = await watched.open("/region/work?sort=-questions")
        assert await looking.findings(page) == []
        assert await looking.overflow(page) == 0
        await page.set_viewport_size({"width": 1280, "height": 900})
        assert await looking.overflow(page) == 0
        await page.get_by_label("Название или его часть").fill("Воленск")
        await page.get_by_role("button", name="Показать").click()

        await expect(page.locator("#work tbody tr")).to_have_count(1)
        assert "sort=-questions" in page.url
        watched.assert_clean()
