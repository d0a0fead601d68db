"""The hotline's figures in a browser: the block moves with the stream, the page can be read by everybody."""

from asyncpg import Pool
from playwright.async_api import expect

from tests.browser import looking
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.metrics.asked import answered, ask, consult, hear, open_line
from tests.metrics.test_in_browser import lives
from tests.metrics.test_plan_in_browser import opened


async def told(metrics: Pool) -> None:
    inquiries = [answered(ask(DISTRICT, channel="web"), n * 40, level="group") for n in range(9)]
    late = [answered(ask(OKRUG, theme="other"), 600, first_answer_late=True, escalations=1) for _ in range(3)]
    await hear(metrics, [*inquiries, *late, ask(SETTLEMENT), consult(SETTLEMENT), consult(OKRUG)])
    await hear(metrics, [open_line(DISTRICT, serves=[SETTLEMENT])])


async def test_the_block_moves_with_what_the_hotline_tells(metrics: Pool, metrics_database: Database) -> None:
    await told(metrics)
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region")
        await lives(page)
        inquiries = page.locator('[data-figure="region hotline_inquiries"]')
        in_time = page.locator('[data-figure="region hotline_in_time"]')
        await expect(inquiries).to_have_text("13")
        await expect(in_time).to_have_text("75")

        await hear(metrics, [answered(ask(OKRUG), 10), consult(OKRUG)])

        await expect(inquiries).to_have_text("14")
        await expect(in_time).to_have_text("76,9")
        await expect(page.locator('[data-figure="region hotline_consultations"]')).to_have_text("3")
        watched.assert_clean()


async def test_the_page_can_be_read_by_everybody(metrics: Pool, metrics_database: Database) -> None:
    await told(metrics)
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region/hotline?sort=-first_share")
        await page.get_by_label("Название или его часть").fill("Воленск")
        await page.get_by_role("button", name="Показать").click()

        await expect(page.locator("#hotline tbody tr")).to_have_count(1)
        assert "sort=-first_share" in page.url
        assert await looking.findings(page) == []
        watched.assert_clean()


async def test_a_wall_says_it_in_a_line_that_fits(metrics: Pool, metrics_database: Database) -> None:
    await told(metrics)
    size = {"width": 1920, "height": 1080}
    async with opened(metrics_database, metrics, viewport=size, reduced_motion="reduce") as watched:
        page = await watched.open("/region?wall=1")
        await lives(page)
        line = page.locator(".wall-hotline")
        await expect(line).to_contain_text("открыто 1")

        await hear(metrics, [ask(OKRUG)])

        await expect(line).to_contain_text("открыто 2")
        assert await looking.overflow(page) == 0
        above, below = await line.bounding_box(), await page.locator("#curve").bounding_box()
        assert above
        assert below
        assert above["y"] + above["height"] <= below["y"]
        assert below["height"] > 200
        watched.assert_clean()
