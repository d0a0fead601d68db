"""The live view in Chromium: what moves moves together, and can be asked by pointer and keyboard."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import orjson
import pytest
from playwright.async_api import Page, Route, expect

from contracts.event import Event
from services.chassis.db.pool import Pool
from services.chassis.process.lifetime import Lifetime
from services.metrics.events import announcing
from services.metrics.main import create_web
from tests.browser import looking
from tests.browser.looking import Watched
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_municipality,
    fact_of,
    mirror_region,
    region,
    submit_initiative,
)
from tests.metrics.test_live_view import known_workers
from tests.metrics.test_own_figures import NOW, Counted, count, submissions
from tests.served import served

PACE = 20
"""A minute of the page takes three seconds."""

Region = Sequence[Event]


@asynccontextmanager
async def opened(database: Database, metrics: Pool, more: Region = (), **how: Any) -> AsyncIterator[Watched]:
    """A window in front of metrics' web, which knows the small region and `more`."""
    await mirror_region(metrics, [define_campaign(), *region()[1:], *known_workers(), *more])
    async with (
        served(create_web(database.settings("web"), Lifetime())) as origin,
        looking.chromium() as chromium,
        looking.window(chromium, origin, **how) as watched,
    ):
        await watched.context.route(re.compile(r"/region(\?|$)"), hurried)
        yield watched
        await watched.context.unroute_all(behavior="ignoreErrors")


async def hurried(route: Route) -> None:
    answer = await route.fetch()
    body = (await answer.text()).replace("data-live=", f'data-pace="{PACE}" data-live=', 1)
    await route.fulfill(response=answer, body=body)


async def lives(page: Page) -> None:
    await expect(page.locator("#live-state:not(.still):not(.lost)")).to_be_visible()


def new(code: str, n: int = 1, ago: int = 0) -> list[Counted]:
    at = NOW - timedelta(days=ago)
    return [submit_initiative(code, submitted_at=at) for _ in range(n)]


async def arrive(metrics: Pool, events: Sequence[Counted]) -> None:
    """Let events be counted, and announced as the worker does."""
    await count(metrics, events)
    told: dict[str, set[str]] = {}
    for event in events:
        told.setdefault(fact_of(event).local_time[:10], set()).add(event.municipality)
    payload = orjson.dumps({day: sorted(codes) for day, codes in told.items()}).decode()
    await metrics.execute("SELECT pg_notify($1, $2)", announcing.CHANNEL, payload)


WATCH_FRAMES = """() => {
  const digits = (text) => text.replace(/\\D/g, '');
  const text = (selector) => digits(document.querySelector(selector).textContent);
  window.seen = new Set(); window.wrong = [];
  const look = () => {
    const cells = [...document.querySelectorAll('.chart-table tbody tr')].at(-1).cells;
    const shown = {
      counter: text('.counter-figure [data-figure="region submitted"]'),
      chart: text('#sum figcaption small'),
      row: digits(cells[1].textContent),
      today: text('[data-figure="region submitted_today"]'),
      step: digits(cells[2].textContent),
    };
    window.seen.add(shown.counter);
    const same = shown.counter === shown.chart && shown.counter === shown.row && shown.today === shown.step;
    if (!same) window.wrong.push(shown);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


async def test_no_frame_shows_two_numbers_for_one_figure(metrics: Pool, metrics_database: Database) -> None:
    await count(metrics, [*new(DISTRICT, 3), *new(OKRUG, 2, ago=1)])
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region")
        await lives(page)
        await page.evaluate(WATCH_FRAMES)

        for n in range(1, 61):
            # Now and then a late one of yesterday: the sum grows, and today does not.
            await arrive(metrics, [*new(OKRUG, n % 3), *new(DISTRICT, 1, ago=n % 5 == 0)])
            await asyncio.sleep(0.12)
        await expect(page.locator("#sum figcaption small")).to_have_text(str(5 + 60 + 60))

        assert await page.evaluate("window.seen.size") > 20
        assert await page.evaluate("window.wrong") == []
        watched.assert_clean()


async def test_a_chart_tells_its_values_to_a_pointer_and_to_the_keyboard(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [*new(OKRUG, 7, ago=1), *new(OKRUG, 2)])
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region")
        note, plot = page.locator("#pace figcaption small"), page.locator("#pace .plot")
        await expect(note).to_have_text("больше всего 7")
        days = await page.locator(".chart-table tbody th").all_text_contents()

        await plot.focus()
        await expect(note).to_have_text(f"{days[-1]}: 2")
        await page.keyboard.press("ArrowLeft")
        await expect(note).to_have_text(f"{days[-2]}: 7")
        assert await plot.get_attribute("aria-valuetext") == f"{days[-2]}: 7"
        await page.keyboard.press("Home")
        await expect(note).to_have_text(f"{days[0]}: 0")
        await page.keyboard.press("Tab")
        await expect(note).to_have_text("больше всего 7")

        await page.locator("#pace .plot-now").hover()
        await expect(note).to_have_text(f"{days[-1]}: 2")
        watched.assert_clean()


async def test_what_is_compared_moves_with_its_shade_its_day_and_its_place(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [*new(DISTRICT, 9), *new(OKRUG, 4, ago=2), *new(OKRUG, 1)])
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region?rank=per-hundred")
        await lives(page)
        okrug = page.locator(f'[data-figure="district {OKRUG} submitted_per_hundred"]').last
        tile = page.locator(".tile", has=okrug)
        first = page.locator(".tiles > li").first
        await expect(okrug).to_have_text("16,7")
        await expect(page.get_by_text("нет данных", exact=True).first).to_be_visible()
        before = await tile.locator(".spark-now").get_attribute("d")

        await arrive(metrics, new(OKRUG, 4))

        await expect(okrug).to_have_text("30")
        await expect(tile).to_have_class("tile amount-5")
        assert await tile.locator(".spark-now").get_attribute("d") != before
        await expect(first.locator(f'[data-figure^="district {OKRUG}"]')).to_be_attached()

        await arrive(metrics, new(SETTLEMENT, 90))
        await expect(first.locator(f'[data-figure^="district {DISTRICT}"]').first).to_be_attached()
        watched.assert_clean()


async def test_whoever_submits_is_silent_no_more(metrics: Pool, metrics_database: Database) -> None:
    await count(metrics, submissions(OKRUG, 1, ago=5))
    async with opened(metrics_database, metrics) as watched:
        page = await watched.open("/region?silent=1&view=table")
        await lives(page)
        row = page.locator("tr", has=page.locator(f'[data-figure="district {OKRUG} submitted"]'))
        await expect(row).to_contain_text("молчит 3 дня")
        others = await page.locator("tr[data-find]:visible").count() - 1

        await arrive(metrics, new(OKRUG))

        await expect(row).to_be_hidden()
        await expect(page.locator("tr[data-find]:visible")).to_have_count(others)


PICTURE = {
    "as_of": "2026-11-28T12:00:00+03:00",
    "campaign": "spring",
    "day": NOW.date().isoformat(),
    "region": {"registered": 0, "submitted": 0},
    "today": {"registered": 0, "submitted": 0},
    "last_hour": {"registered": 0, "submitted": 0},
    "items": [],
    "latest": [],
}


def told(event: str, n: int, moment: int, revision: int) -> str:
    at = f"2026-11-28T12:00:{moment:02}+03:00"
    picture = PICTURE | {"region": {"registered": 0, "submitted": n}, "moment": moment, "revision": revision}
    return f"event: {event}\ndata: {orjson.dumps(picture | {'as_of': at}).decode()}\n\n"


async def test_a_picture_that_was_held_back_takes_no_figure_back(
    metrics: Pool, metrics_database: Database
) -> None:
    stream = [
        told("counters", 10, 5, 3),
        told("counters", 20, 6, 4),
        told("counters", 15, 6, 3),
        told("counters", 9, 4, 9),
    ]
    async with opened(metrics_database, metrics) as watched:

        async def held_back(route: Route) -> None:
            await route.fulfill(content_type="text/event-stream", body="".join(stream))

        await watched.context.route("**/api/v1/live", held_back)
        await watched.context.route("**/region/picture", lambda route: route.abort())
        watched.forgiven = ("ERR_FAILED",)
        page = await watched.open("/region")

        await expect(page.locator('.counter-figure [data-figure="region submitted"]')).to_have_text("20")
        await page.wait_for_timeout(1_000)
        await expect(page.locator('.counter-figure [data-figure="region submitted"]')).to_have_text("20")


async def test_a_page_fetches_nothing_beside_a_stream_that_has_come_back(
    metrics: Pool, metrics_database: Database
) -> None:
    async with opened(metrics_database, metrics) as watched:
        asked = list[str]()
        watched.context.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        watched.forgiven = ("ERR_FAILED",)
        await watched.context.route("**/api/v1/live", lambda route: route.abort())
        page = await watched.open("/region")
        async with asyncio.timeout(30):
            while asked.count("picture") < 2:
                await asyncio.sleep(0.05)

        await watched.context.unroute("**/api/v1/live")
        asked.clear()
        async with asyncio.timeout(60):
            # The stream tries again within its longest pause; a figure that came by nothing else says that it
            # is back.
            back = False
            while not back:
                await asyncio.sleep(0.1)
                fetched = asked.count("picture")
                back = await moves(page, metrics) and "live" in asked and asked.count("picture") == fetched
        await page.wait_for_timeout(200)
        asked.clear()
        for _ in range(20):
            await arrive(metrics, new(OKRUG))
            await asyncio.sleep(0.2)

        assert asked.count("picture") == 0


async def moves(page: Page, metrics: Pool) -> bool:
    """Whether the page shows soon what is submitted, sooner than it would fetch it."""
    figure = page.locator('.counter-figure [data-figure="region submitted"]')
    before = int(await figure.inner_text())
    await arrive(metrics, new(OKRUG))
    try:
        await expect(figure).to_have_text(re.compile(rf"^(?!{before}$)"), timeout=1500)
    except AssertionError:
        return False
    return True


KEEP_STREAMS = """window.streams = []; const Plain = EventSource;
window.EventSource = class extends Plain { constructor(url) { super(url); window.streams.push(this); } };"""
WATCH_TILES = """() => {
  window.frame = 0; window.frames = new Map();
  const tick = () => { window.frame += 1; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  new MutationObserver((changes) => {
    const figures = changes.filter(({ target }) => target.matches?.('.tile-figure')).length;
    if (figures) window.frames.set(window.frame, (window.frames.get(window.frame) ?? 0) + figures);
  }).observe(document.querySelector('.live-tiles'), { childList: true, subtree: true });
}"""


async def test_955_tiles_move_in_one_frame(metrics: Pool, metrics_database: Database) -> None:
    codes = [str(20_000_000 + 1000 * i) for i in range(951)]
    more = [define_municipality(code, f"Район {code} муниципальный район") for code in codes]
    async with opened(metrics_database, metrics, more) as watched:
        await watched.context.add_init_script(KEEP_STREAMS)
        page = await watched.open("/region?rank=today")
        await lives(page)
        await page.evaluate(WATCH_TILES)
        picture = (await (await page.request.get(f"{watched.origin}/region/picture")).json()) | {"items": []}
        items = [
            {"level": "district", "code": code, "registered": 1, "submitted": n}
            | {"registered_today": 1, "submitted_today": n}
            for n, code in enumerate(codes, 1)
        ]
        # As one event of the stream brings it: whatever is heard before the next frame is drawn in it.
        event = {"items": items, "moment": picture["moment"] + 1}
        await page.evaluate(
            "(data) => window.streams[0].dispatchEvent(new MessageEvent('counters', { data }))",
            orjson.dumps(picture | event).decode(),
        )

        await expect(page.locator(".tile-figure").nth(5)).not_to_have_text("0")
        assert await page.evaluate("[...window.frames.values()]") == [951]


async def test_a_wall_turns_its_scenes_and_stands_still_for_whoever_wants_no_motion(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [*new(DISTRICT, 3), *new(OKRUG, 1)])
    for motion in ("no-preference", "reduce"):
        async with opened(metrics_database, metrics, reduced_motion=motion) as watched:
            page = await watched.open("/region?wall=1")
            scenes = page.locator(".scene")
            await expect(scenes).to_have_count(4)
            seen = set()
            for _ in range(60):
                seen.add(tuple(await page.evaluate(SHOWN)))
                await asyncio.sleep(0.1)

            assert seen == ({(0,), (1,), (2,), (3,)} if motion == "no-preference" else {(0,)})
            await page.set_viewport_size({"width": 1920, "height": 1080})
            assert await looking.overflow(page) == 0
            watched.assert_clean()


SHOWN = "[...document.querySelectorAll('.scene')].flatMap((scene, i) => (scene.hidden ? [] : [i]))"
NAMES = """() => [...document.querySelectorAll('.scene:not([hidden]) .tile-name')].map((name) => ({
  size: parseFloat(getComputedStyle(name).fontSize), cut: name.scrollWidth > name.clientWidth + 1,
  inside: name.getBoundingClientRect().bottom <= name.closest('.tile').getBoundingClientRect().bottom }))"""
HOLES = """() => {
  const grid = document.querySelector('.scene:not([hidden]) .wall-tiles').getBoundingClientRect();
  const shown = [...document.querySelectorAll('.scene:not([hidden]) .tile')];
  const tiles = shown.map((tile) => tile.getBoundingClientRect());
  const area = tiles.reduce((sum, { width, height }) => sum + width * height, 0);
  const last = tiles.at(-1);
  const filled = area / (grid.width * grid.height);
  return { filled, right: grid.right - last.right, bottom: grid.bottom - last.bottom };
}"""


@pytest.mark.parametrize("districts", [8, 21, 48])
async def test_a_wall_can_be_read_from_afar_and_has_no_hole(
    metrics: Pool, metrics_database: Database, districts: int
) -> None:
    codes = [str(20_000_000 + 1000 * i) for i in range(districts)]
    more = [
        define_municipality(code, f"Верхневоленский-{i} муниципальный район") for i, code in enumerate(codes)
    ]
    size = {"width": 1920, "height": 1080}
    async with opened(metrics_database, metrics, more, viewport=size, reduced_motion="reduce") as watched:
        page = await watched.open("/region?wall=1")

        shown, grid = await page.evaluate(NAMES), await page.evaluate(HOLES)

        assert min(name["size"] for name in shown) >= 28
        assert [name for name in shown if name["cut"] or not name["inside"]] == []
        assert grid["filled"] > 0.9
        assert max(abs(grid["right"]), abs(grid["bottom"])) < 2


async def test_on_a_phone_both_figures_stand_beside_the_name(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [*new(DISTRICT, 1234), *new(OKRUG, 3)])
    async with opened(metrics_database, metrics, viewport=looking.NARROW) as watched:
        for path in ("/region?view=table", f"/municipalities/{DISTRICT}"):
            page = await watched.open(path)
            figures = page.locator("table:is(#figures, #settlements) tbody tr").first.locator("td.number")
            box = await figures.nth(1).bounding_box()
            assert box
            assert box["x"] + box["width"] <= looking.NARROW["width"]
            assert await looking.overflow(page) == 0


async def test_the_scene_fits_a_laptop_and_axe_finds_nothing(
    metrics: Pool, metrics_database: Database
) -> None:
    await count(metrics, [event for ago in range(15) for event in new(OKRUG, 3 + ago, ago)])
    async with opened(metrics_database, metrics) as watched:
        for path in ("/region", "/region?view=table&by=hour", "/region?silent=1", "/region?wall=1"):
            page = await watched.open(path)
            if path == "/region":
                box = await page.locator(".live-scene").bounding_box()
                assert box
                assert box["y"] + box["height"] <= 900, "figures, curve, who leads and lags, and the feed"
            assert await looking.findings(page) == []
            await looking.assert_usable(watched, page)
        page = await watched.open(f"/municipalities/{OKRUG}")
        assert await looking.findings(page) == []
        await looking.assert_usable(watched, page)
