"""The funnel in a browser: its figures, shares and bars move with decisions, and a wall has room for it."""

from asyncpg import Pool
from playwright.async_api import expect

from tests.browser import looking
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG
from tests.metrics.test_funnel import S, decided, people, ten
from tests.metrics.test_in_browser import arrive, lives
from tests.metrics.test_own_figures import count, submissions
from tests.metrics.test_plan_in_browser import opened

SHOW = "document.querySelectorAll('.scene').forEach((s) => { s.hidden = !s.querySelector('#funnel'); })"


async def test_figures_shares_and_bars_move_with_decisions(metrics: Pool, metrics_database: Database) -> None:
    events = submissions(OKRUG, 8)
    await count(metrics, [*people(OKRUG, 8), *events])
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region")
        await lives(page)
        row = page.locator('[data-stage="region funnel_put_forward"]')
        await expect(row.locator(".number").first).to_have_text("0")

        await arrive(metrics, [*decided(events[:2], S.PUT_FORWARD), *submissions(DISTRICT, 2)])

        await expect(row.locator(".number").first).to_have_text("2")
        await expect(row.locator(".stage-share")).to_have_text("20")
        await expect(row.locator(".bar-done")).to_have_attribute("width", "20")
        await expect(page.locator('[data-figure="region funnel_submitted"]')).to_have_text("10")

        await arrive(metrics, decided(events[2:4], S.DECLINED))

        await expect(page.locator('[data-figure="region funnel_declined"]')).to_have_text("2")
        await expect(page.locator('[data-stage="region funnel_accepted"] .stage-share')).to_have_text("80")
        assert await looking.findings(page) == []
        watched.assert_clean()


async def test_a_wall_has_room_for_its_scene(metrics: Pool, metrics_database: Database) -> None:
    await count(metrics, [*ten(OKRUG), *ten(DISTRICT)])
    size = {"width": 1920, "height": 1080}
    async with opened(metrics_database, metrics, viewport=size, reduced_motion="reduce") as watched:
        page = await watched.open("/region?wall=1")
        await lives(page)

        # In one step: the wall turns its scenes by itself meanwhile.
        aside = await page.evaluate(
            f"() => {{ {SHOW}; return document.querySelector('.funnel-aside').getBoundingClientRect() }}"
        )

        assert aside["height"] > 0
        assert aside["bottom"] < 1080
        assert await looking.overflow(page) == 0
        watched.assert_clean()


async def test_a_phone_shows_the_bars_without_scrolling_aside(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, ten(OKRUG))
    async with opened(metrics_database, metrics, viewport={"width": 360, "height": 800}) as watched:
        page = await watched.open(f"/municipalities/{OKRUG}")

        box = page.locator(".table-box:has(#funnel)")
        assert await box.evaluate("box => box.scrollWidth <= box.clientWidth")
        assert await looking.overflow(page) == 0
        assert await looking.findings(page) == []
        watched.assert_clean()
