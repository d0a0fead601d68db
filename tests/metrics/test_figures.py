"""The picture in memory: a part of it moves as the whole does, and is told to whom it concerns."""

import asyncio
import gc
from datetime import UTC, date, datetime, timedelta

import orjson
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.process.clock import Clock
from services.chassis.web.sse import Hub
from services.metrics.picture.figures import Figures
from services.metrics.picture.live import LiveFigures
from services.metrics.picture.sums import Sums
from services.metrics.store.figures import DayTotal
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, mirror_region, today

DAY = today()
CODES = (DISTRICT, SETTLEMENT, OKRUG)

totals = st.builds(
    DayTotal,
    st.sampled_from(CODES),
    st.sampled_from([DAY, DAY - timedelta(days=1)]),
    st.sampled_from(["registered", "submitted"]),
    st.integers(0, 5),
)


@given(before=st.lists(totals), after=st.lists(totals), codes=st.frozensets(st.sampled_from(CODES)))
def test_a_part_that_moves_along_is_the_same_as_one_cut_out_later(
    before: list[DayTotal], after: list[DayTotal], codes: frozenset[str]
) -> None:
    whole = Figures(Clock())
    whole.take(before)
    part = Figures(Clock(), codes)
    part.sums = whole.sums.only(codes)

    moved, of_part = whole.take(after), part.take(after)

    assert of_part == moved & codes
    assert as_shown(part.sums) == as_shown(whole.sums.only(codes))


def as_shown(sums: Sums) -> tuple[dict[str, int], dict[tuple[str, str], int], dict[tuple[str, date], int]]:
    own = {key: n for key, n in sums.own.items() if n}
    return sums.region, own, {key: n for key, n in sums.region_days.items() if n}


async def watched(metrics: Pool, database: Database) -> tuple[LiveFigures, Hub[Figures]]:
    await mirror_region(metrics)
    hub = Hub[Figures](asyncio.Event())
    figures = LiveFigures(database.settings("web"), metrics, hub, Clock())
    await figures.start()
    return figures, hub


def told(frame: bytes) -> tuple[int, list[str]]:
    data = orjson.loads(frame.partition(b"data: ")[2])
    return data["region"]["submitted"], [i["code"] for i in data["items"] if i["level"] == "municipality"]


async def test_who_sees_a_part_is_told_of_nothing_else(metrics: Pool, metrics_database: Database) -> None:
    figures, hub = await watched(metrics, metrics_database)
    part = await figures.part({DISTRICT, SETTLEMENT})
    of_part, of_all = (hub.stream(seen, seen.snapshot) for seen in (part, figures))
    first = [told(await anext(stream)) for stream in (of_part, of_all)]
    coming = [asyncio.ensure_future(anext(stream)) for stream in (of_part, of_all)]
    await asyncio.sleep(0)

    figures.publish([DayTotal(OKRUG, DAY, "submitted", 4)])
    figures.publish([DayTotal(SETTLEMENT, DAY, "submitted", 2)])

    assert [len(codes) for _, codes in first] == [2, 3]
    assert told(await coming[0]) == (2, [SETTLEMENT])
    assert told(await coming[1]) == (4, [OKRUG])
    for stream in (of_part, of_all):
        await stream.aclose()  # type: ignore[attr-defined]


async def test_at_midnight_everybody_is_told_of_a_new_day_though_nothing_happens(
    metrics: Pool, metrics_database: Database
) -> None:
    at = [datetime.now(UTC)]
    await mirror_region(metrics)
    hub = Hub[Figures](asyncio.Event())
    figures = LiveFigures(metrics_database.settings("web"), metrics, hub, Clock(lambda: at[0]))
    await figures.start()
    figures.publish([DayTotal(OKRUG, figures.day, "submitted", 4)])
    stream = hub.stream(figures, figures.snapshot)
    before = orjson.loads((await anext(stream)).partition(b"data: ")[2])
    coming = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)

    at[0] += timedelta(days=1)
    await figures._look_aside()

    event, _, data = (await coming).partition(b"data: ")
    after = orjson.loads(data)
    assert b"snapshot" in event
    assert (before["today"]["submitted"], after["today"]["submitted"]) == (4, 0)
    assert after["day"] == (date.fromisoformat(before["day"]) + timedelta(days=1)).isoformat()
    assert (after["moment"], after["revision"]) > (before["moment"], before["revision"])
    await stream.aclose()  # type: ignore[attr-defined]


async def test_all_who_see_the_same_share_a_picture(metrics: Pool, metrics_database: Database) -> None:
    figures, _ = await watched(metrics, metrics_database)
    one, two = await asyncio.gather(figures.part([SETTLEMENT]), figures.part({SETTLEMENT}))

    assert one is two
    assert await figures.part(CODES) is figures
    assert one.structure.municipalities[SETTLEMENT].parent is None


async def test_a_part_that_nobody_looks_at_is_kept_no_more(metrics: Pool, metrics_database: Database) -> None:
    figures, _ = await watched(metrics, metrics_database)
    seen = await figures.part({SETTLEMENT})
    looked_at = figures.parts

    del seen
    gc.collect()

    assert (looked_at, figures.parts) == (1, 0)
