"""The plan beside the fact in Chromium: shares, bars and lag move with the counters, and the plan itself."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from contracts.appointments import Role, TargetScope, TargetSet
from services.chassis.db.pool import Pool
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.metrics.main import create_web
from services.metrics.plan.progress import Progress
from services.metrics.plan.way import Way
from services.metrics.web.plan.columns import ahead
from tests.browser import looking
from tests.browser.looking import Watched
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_municipality,
    mirror_region,
    region,
)
from tests.metrics.test_comparison import TODAY, calendars, plan, set_target
from tests.metrics.test_coverage import state_coverage
from tests.metrics.test_in_browser import arrive, hurried, lives, new
from tests.metrics.test_live_view import known_workers
from tests.metrics.test_own_figures import count
from tests.metrics.test_rights import Region
from tests.served import served

FAR = "13710000"
"""A place without a target: its figures are no part of the region's share."""


@asynccontextmanager
async def opened(database: Database, metrics: Pool, **how: Any) -> AsyncIterator[Watched]:
    """A window of the administrator in front of metrics' web, which knows the small region."""
    far = define_municipality(FAR, "Дальний муниципальный район")
    await mirror_region(metrics, [define_campaign(), *region()[1:], *known_workers(), far, *calendars()])
    async with (
        served(create_web(database.settings("web"), Lifetime())) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, **how) as watched,
    ):
        people = Region(metrics, None)  # type: ignore[arg-type]
        async with metrics.acquire() as db, db.transaction():
            await tokens.learn(db, Stream("dialogue.keys.v1", 0), [people.signer.published()])
        who, _ = await people.grant(Role.ADMINISTRATOR, "region")
        await watched.enter(who["Authorization"].removeprefix("Bearer "), cookie="staff")
        await watched.context.route(re.compile(r"/region(\?|$)"), hurried)
        yield watched
        await watched.context.unroute_all(behavior="ignoreErrors")


async def intend(metrics: Pool, *targets: TargetSet) -> None:
    """Let targets be known, and announced as the worker does: the district with its settlement wants 20
    initiatives, the okrug 10."""
    district = set_target(DISTRICT, 40, 20, scope=TargetScope.WITH_SETTLEMENTS)
    await plan(metrics, targets or [district, set_target(OKRUG, 40, 10)])
    await metrics.execute("SELECT pg_notify($1, '')", mirror.CHANNEL)


def share(page: Page, place: str) -> Any:
    return page.locator(f'[data-figure="{place} submitted_share"]').first


async def test_share_bar_lag_and_shade_move_with_the_counters(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [*new(DISTRICT, 4, ago=5), *new(OKRUG, 2, ago=5), *new(FAR, 7, ago=5)])
    await intend(metrics)
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region")
        await lives(page)
        bar = page.locator("#plan-region-submitted .bar-done")
        lag = page.locator('[data-lag="region submitted"]')
        tile = page.locator(".tile", has=share(page, f"district {OKRUG}")).first
        await expect(share(page, "region")).to_have_text("20")
        before = await lag.text_content()

        await arrive(metrics, [*new(OKRUG, 5), *new(FAR, 3), *new(SETTLEMENT, 1)])

        await expect(share(page, "region")).to_have_text("40")
        await expect(bar).to_have_attribute("width", "40")
        await expect(share(page, f"district {OKRUG}")).to_have_text("70")
        await expect(tile).to_have_class("tile amount-4")
        await expect(share(page, f"district {DISTRICT}")).to_have_text("25")
        await expect(lag).not_to_have_text(before or "")
        # What the script has written is what the server writes.
        written = await lag.text_content()
        pace = await page.locator('[data-pace="region submitted"]').text_content()
        await page.reload()
        await expect(lag).to_have_text(written or "")
        await expect(page.locator('[data-pace="region submitted"]')).to_have_text(pace or "")
        watched.assert_clean()


async def test_the_table_moves_beside_the_plan_and_whoever_catches_up_is_late_no_more(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [*new(DISTRICT, 4, ago=5), *new(OKRUG, 1, ago=5)])
    await intend(metrics)
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region?view=table")
        await lives(page)
        lead = page.locator(f'[data-figure="district {OKRUG} submitted_lead"]')
        cell = page.locator("td", has=lead)
        await expect(cell).to_have_class("number late")

        await arrive(metrics, new(OKRUG, 20))

        await expect(lead).to_have_text("+16")
        await expect(cell).to_have_class("number")
        # What the script has written is what the server writes.
        own = page.locator("tr", has=lead).locator("td")
        written = [await own.nth(nth).text_content() for nth in range(1, 7)]
        await page.reload()
        assert [await own.nth(nth).text_content() for nth in range(1, 7)] == written
        watched.assert_clean()


async def test_another_plan_is_fetched_by_the_open_page(metrics: Pool, metrics_database: Database) -> None:
    await count(metrics, [*new(DISTRICT, 4, ago=5), *new(OKRUG, 2, ago=5)])
    await intend(metrics)
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region")
        await lives(page)
        await expect(share(page, f"district {OKRUG}")).to_have_text("20")

        await intend(metrics, set_target(OKRUG, 40, 20, number=2))

        await expect(share(page, f"district {OKRUG}")).to_have_text("10")
        await expect(share(page, "region")).to_have_text("15")
        await arrive(metrics, new(OKRUG, 2))
        await expect(share(page, f"district {OKRUG}")).to_have_text("20")
        watched.assert_clean()


async def test_the_first_target_makes_the_page_compare_by_it(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, new(OKRUG, 2, ago=5))
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region")
        await lives(page)
        await expect(page.locator("#plan-line")).to_contain_text("У 0 из 5 есть индикаторы")

        await intend(metrics)

        await expect(share(page, f"district {OKRUG}")).to_have_text("20")
        watched.assert_clean()


async def test_shading_is_switched_and_everything_is_usable(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [*new(DISTRICT, 4, ago=5), *new(OKRUG, 2, ago=5)])
    await intend(metrics)
    async with opened(metrics_database, metrics) as watched:
        for path in ("/region", "/region?view=table", "/region/comparison", f"/municipalities/{DISTRICT}"):
            page = await watched.open(path)
            await looking.assert_usable(watched, page)

        page = await watched.open("/region")
        await page.get_by_role("link", name="Всего", exact=True).click()
        await expect(page.locator(f'.tile [data-figure="district {OKRUG} submitted"]').first).to_have_text(
            "2"
        )
        await page.get_by_role("link", name="По индикатору", exact=True).click()
        await expect(share(page, f"district {OKRUG}")).to_have_text("20")
        watched.assert_clean()


async def test_the_table_with_the_plan_sticks_out_of_nothing(
    metrics: Pool, metrics_database: Database
) -> None:
    await intend(
        metrics, set_target(DISTRICT, 98_765, 87_654), set_target(OKRUG, 76_543, 65_432, confirmed=False)
    )
    gaps = state_coverage(OKRUG, coordinators_missing=11)
    async with metrics.acquire() as db, db.transaction():
        await mirror.keep(db, Stream(gaps.topic, 0), [gaps])
    async with opened(metrics_database, metrics, viewport={"width": 1440, "height": 900}) as watched:
        page = await watched.open("/region?view=table")
        await lives(page)
        box = page.locator(".live-tiles .table-box")
        over = "box => [box.scrollWidth - box.clientWidth, document.documentElement.scrollWidth - innerWidth]"

        await expect(box).to_contain_text("осталось: 11")
        assert await box.evaluate(over) == [0, 0]

        await page.set_viewport_size({"width": 1240, "height": 900})
        assert (await box.evaluate(over))[1] <= 0
        assert await box.evaluate("box => getComputedStyle(box).overflowX") == "auto"


async def test_without_javascript_the_plan_is_complete(metrics: Pool, metrics_database: Database) -> None:
    await count(metrics, [*new(DISTRICT, 4, ago=5), *new(OKRUG, 2, ago=5)])
    await intend(metrics)
    async with opened(metrics_database, metrics, java_script_enabled=False) as watched:
        page = await watched.open("/region")
        await expect(share(page, "region")).to_have_text("20")
        await page.get_by_role("link", name="есть индикаторы").click()
        await expect(page.get_by_role("heading", name="Без индикаторов")).to_be_visible()
        await page.get_by_role("link", name="Сравнить на любой день").click()
        await page.get_by_role("textbox", name="На конец дня").fill((TODAY - timedelta(days=7)).isoformat())
        await page.get_by_role("button", name="Показать").click()
        await expect(page.locator("tr", has_text="Городской округ город Воленск")).to_contain_text("0")
        watched.assert_clean()


LAGS = """([ways, nth, facts, target, due]) => {
  const live = document.querySelector("[data-live]");
  live.dataset.ways = JSON.stringify({ submitted: ways });
  live.dataset.nth = nth;
  const part = document.getElementById("plan-region-submitted");
  const told = part.querySelector("[data-lag]");
  told.dataset.due = due;
  return facts.map((fact) => {
    const figure = { fact, target, value: 0 };
    const known = (key) => (key === "region submitted_share" ? figure : undefined);
    const picture = { region: {}, today: {} };
    const detail = { figure: known, lines: new Map(), changed: false, picture };
    document.dispatchEvent(new CustomEvent("figures", { detail }));
    return told.textContent;
  });
}"""


@pytest.mark.parametrize("nth", [-1, 0, 3, 6, 9])
async def test_the_script_counts_days_as_the_server_does(
    metrics: Pool, metrics_database: Database, nth: int
) -> None:
    shares = [0.0, 0.125, 0.25, 0.25, 0.25, 0.5, 0.875, 1.0]
    way, first, target = Way(date(2026, 2, 14), shares), date(2026, 2, 14), 40
    await count(metrics, new(OKRUG, 2, ago=5))
    await intend(metrics)
    facts = list(range(0, 50, 3))
    expected = [Progress(target, fact, first + timedelta(days=nth), way) for fact in facts]
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region")
        await lives(page)

        told = await page.evaluate(LAGS, [shares, nth, facts, target, expected[0].expected])

    assert told == [ahead(progress) for progress in expected]
