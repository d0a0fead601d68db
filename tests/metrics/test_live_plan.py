"""The plan beside the figures in memory: targets, the way, who is slow, what open pages are told."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import orjson
import pytest

from contracts.appointments import AppointmentEvent, TargetScope, TargetSet
from contracts.event import Event
from contracts.structure import CalendarDefined, StructureEvent
from services.chassis.db.pool import Pool
from services.chassis.process.clock import Clock
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.chassis.web.sse import Hub
from services.metrics.events import rollup
from services.metrics.picture.figures import Figures
from services.metrics.picture.live import LiveFigures
from services.metrics.store.figures import DayTotal
from tests.databases import Database
from tests.factories import (
    DISTRICT,
    OKRUG,
    SETTLEMENT,
    define_campaign,
    define_municipality,
    fact_of,
    region,
    set_target,
    submit_initiative,
)

FIRST, LAST = date(2026, 2, 16), date(2026, 3, 27)
"""Six weeks of 30 working days, but for two holidays."""
NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday: by the Sunday before, 9 of 28 working days were over."""
WITH_SETTLEMENTS = TargetScope.WITH_SETTLEMENTS


def campaign(**changes: object) -> Event:
    days = {"prepare_from": date(2026, 1, 12), "first_day": FIRST, "last_day": LAST}
    return define_campaign(**days, **{"close_until": date(2026, 4, 30)} | changes)


def define_calendar(year: int = 2026, *days_off: date) -> CalendarDefined:
    off = list(days_off) or [date(2026, 2, 23), date(2026, 3, 9)]
    return CalendarDefined(version=1, year=year, days_off=off, worked=[], shortened=[])


async def mirrored(pool: Pool, reader: str, topic: str, events: Collection[Event]) -> None:
    """Let metrics know of these, as one of its readers does."""
    async with pool.acquire() as db, db.transaction():
        await mirror.keep(db, Stream(topic, 0), list(events))
        await db.execute(
            "INSERT INTO inbox (reader, topic, partition, epoch, mark, applied) VALUES ($1, $2, 0, 1, 1, 1)"
            " ON CONFLICT (reader, topic, partition) DO UPDATE"
            " SET mark = inbox.mark + 1, applied = inbox.mark + 1",
            *(reader, topic),
        )


async def tell_structure(pool: Pool, *events: Event) -> None:
    await mirrored(pool, "metrics.structure", StructureEvent.topic, events)


async def tell_targets(pool: Pool, *targets: TargetSet) -> None:
    await mirrored(pool, "metrics.coverage", AppointmentEvent.topic, targets)


class Live(NamedTuple):
    """Figures in memory, their audience, and a clock that can be set."""

    figures: LiveFigures
    hub: Hub[Figures]
    at: list[datetime]


async def opened(pool: Pool, database: Database, *targets: TargetSet, calendar: bool = True) -> Live:
    structure = [campaign(), *region()[1:], *([define_calendar()] if calendar else [])]
    await tell_structure(pool, *structure)
    if targets:
        await tell_targets(pool, *targets)
    at, hub = [NOON], Hub[Figures](asyncio.Event())
    figures = LiveFigures(database.settings("web"), pool, hub, Clock(lambda: at[0]))
    await figures.start()
    return Live(figures, hub, at)


def submitted(code: str, n: int, day: date = FIRST) -> DayTotal:
    return DayTotal(code, day, "submitted", n)


def beside(figures: Figures, codes: str | Collection[str]) -> tuple[int, int] | None:
    """Fact and target of what was submitted."""
    progress = figures.progress(codes, "submitted")
    return (progress.fact, progress.target) if progress else None


async def test_a_municipality_stands_beside_its_own_target_by_its_scope(
    metrics: Pool, metrics_database: Database
) -> None:
    district = set_target(DISTRICT, 200, 100, scope=WITH_SETTLEMENTS)
    live, *_ = await opened(metrics, metrics_database, district, set_target(OKRUG, 80, 50))
    live.publish([submitted(DISTRICT, 3), submitted(SETTLEMENT, 4), submitted(OKRUG, 5)])

    assert beside(live, DISTRICT) == (7, 100)
    assert beside(live, SETTLEMENT) is None
    assert beside(live, OKRUG) == (5, 50)
    assert beside(live, [DISTRICT, SETTLEMENT]) == (7, 100)
    assert beside(live, live.structure.municipalities) == (12, 150)


async def test_a_settlements_own_target_is_shown_beside_and_not_added(
    metrics: Pool, metrics_database: Database
) -> None:
    district = set_target(DISTRICT, 200, 100, scope=WITH_SETTLEMENTS)
    live, *_ = await opened(metrics, metrics_database, district, set_target(SETTLEMENT, 20, 10))
    live.publish([submitted(DISTRICT, 3), submitted(SETTLEMENT, 4), submitted(OKRUG, 5)])

    assert beside(live, SETTLEMENT) == (4, 10)
    assert beside(live, live.structure.municipalities) == (7, 100)
    goal = live.goal(live.structure.municipalities)
    assert goal is not None
    assert (goal.with_target, goal.among) == (2, 3)
    assert live.targets.missing(live.structure.municipalities) == {OKRUG}


async def test_without_targets_nothing_is_beside_the_figures(
    metrics: Pool, metrics_database: Database
) -> None:
    live, *_ = await opened(metrics, metrics_database)

    assert beside(live, DISTRICT) is None
    assert beside(live, live.structure.municipalities) is None
    assert live.forecast(DISTRICT, "submitted") is None
    assert live.slow() == set()


async def test_expected_is_what_was_due_by_the_end_of_yesterday(
    metrics: Pool, metrics_database: Database
) -> None:
    live, _, at = await opened(metrics, metrics_database, set_target(OKRUG, 280, 280))
    live.publish([submitted(OKRUG, 45)])

    monday = live.progress(OKRUG, "submitted")
    at[0] += timedelta(days=1)
    tuesday = live.progress(OKRUG, "submitted")

    assert monday is not None
    assert (monday.pace, monday.lag, monday.lag_days) == (50.0, 45, 7)
    assert monday.expected == pytest.approx(90)
    assert tuesday is not None
    assert tuesday.expected == pytest.approx(100)
    assert live.plan.way_name == "по рабочим дням производственного календаря"


async def test_before_the_second_day_there_is_no_pace(metrics: Pool, metrics_database: Database) -> None:
    live, _, at = await opened(metrics, metrics_database, set_target(OKRUG, 280, 280))
    paces = []
    for n in range(-1, 2):
        at[0] = datetime(2026, 2, 16 + n, 9, tzinfo=UTC)
        progress = live.progress(OKRUG, "submitted")
        paces.append((progress and progress.pace, live.slow()))

    assert paces == [(None, set()), (None, set()), (0.0, set())]


async def test_nobody_is_slow_before_seven_full_days(metrics: Pool, metrics_database: Database) -> None:
    live, _, at = await opened(metrics, metrics_database, set_target(OKRUG, 280, 280))
    slow = []
    for day in (22, 23):
        at[0] = datetime(2026, 2, day, 9, tzinfo=UTC)
        slow.append(live.slow())

    assert slow == [set(), {OKRUG}]


async def test_slow_are_they_under_seventy_per_cent_of_what_was_due_while_it_runs(
    metrics: Pool, metrics_database: Database
) -> None:
    district = set_target(DISTRICT, 280, 280, scope=WITH_SETTLEMENTS)
    live, _, at = await opened(metrics, metrics_database, district, set_target(OKRUG, 280, 280))
    live.publish([submitted(DISTRICT, 30), submitted(SETTLEMENT, 33), submitted(OKRUG, 62)])

    now = live.slow()
    at[0] = datetime(2026, 3, 28, 9, tzinfo=UTC)

    assert now == {OKRUG}
    assert live.slow() == set()


async def test_an_unknown_year_takes_the_expectation_and_nothing_else(
    metrics: Pool, metrics_database: Database
) -> None:
    live, *_ = await opened(metrics, metrics_database, set_target(OKRUG, 80, 50), calendar=False)
    live.publish([submitted(OKRUG, 5)])

    progress = live.progress(OKRUG, "submitted")

    assert progress is not None
    assert (progress.share, progress.expected, progress.pace) == (10.0, None, None)
    assert (live.plan.way_name, live.forecast(OKRUG, "submitted"), live.slow()) == (None, None, set())

    await tell_structure(metrics, define_calendar())
    await live._catch_up()

    progress = live.progress(OKRUG, "submitted")
    assert progress is not None
    assert progress.expected is not None


async def past_figures(pool: Pool, day: date, n: int) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    stream = Stream("dialogue.initiatives.v1", 0)
    events = [submit_initiative(OKRUG, campaign="autumn", submitted_at=at) for _ in range(n)]
    async with pool.acquire() as db, db.transaction():
        await rollup.roll_up(db, stream, [fact_of(event) for event in events])
        await db.execute(
            "INSERT INTO counter (campaign, municipality, family, key, counter, n, topic, partition)"
            " VALUES ('autumn', $1, 'hour', $2, 'registered', $3, 'dialogue.participants.v1', 0)"
            " ON CONFLICT DO NOTHING",
            *(OKRUG, f"{day}T09", n),
        )


async def test_the_way_follows_a_past_campaign_once_its_figures_are_there(
    metrics: Pool, metrics_database: Database
) -> None:
    live, _, at = await opened(metrics, metrics_database, set_target(OKRUG, 100, 100))
    autumn = define_campaign(
        id="autumn",
        name="Осень",
        open=False,
        prepare_from=date(2025, 8, 1),
        first_day=date(2025, 9, 1),
        last_day=date(2025, 10, 10),
        close_until=date(2025, 10, 20),
    )
    spring = campaign(plan={"pace": "autumn"}, version=2)

    await tell_structure(metrics, autumn, spring)
    await live._catch_up()
    without = live.plan.way_name
    await past_figures(metrics, date(2025, 9, 1), 3)
    await past_figures(metrics, date(2025, 10, 10), 1)
    at[0] += timedelta(minutes=1)
    await live._look_aside()

    progress = live.progress(OKRUG, "submitted")
    assert without == "по рабочим дням производственного календаря"
    assert live.plan.way_name == "по ходу марафона «Осень»"
    assert progress is not None
    assert progress.expected == pytest.approx(75)


@pytest.mark.parametrize("pace", ["no-such-campaign", "spring", "working-days", "\u202e\u0000"])
async def test_what_is_no_past_campaign_leaves_the_working_days(
    metrics: Pool, metrics_database: Database, pace: str
) -> None:
    live, *_ = await opened(metrics, metrics_database, set_target(OKRUG, 100, 100))

    await tell_structure(metrics, campaign(plan={"pace": pace}, version=2))
    await live._catch_up()

    progress = live.progress(OKRUG, "submitted")
    assert live.plan.like is None
    assert progress is not None
    assert progress.expected == pytest.approx(100 * 9 / 28)


async def test_a_part_has_the_plan_of_its_own(metrics: Pool, metrics_database: Database) -> None:
    district = set_target(DISTRICT, 200, 100, scope=WITH_SETTLEMENTS)
    live, *_ = await opened(metrics, metrics_database, district, set_target(OKRUG, 80, 50))
    part = await live.part({DISTRICT, SETTLEMENT})
    village = await live.part({SETTLEMENT})
    live.publish([submitted(SETTLEMENT, 4), submitted(OKRUG, 5)])

    assert (beside(part, DISTRICT), beside(part, OKRUG)) == ((4, 100), None)
    assert beside(part, part.structure.municipalities) == (4, 100)
    assert beside(village, [SETTLEMENT]) is None

    await tell_targets(metrics, set_target(SETTLEMENT, 9, 8), set_target(DISTRICT, 300, 150, number=2))
    await live._catch_up()

    assert beside(village, SETTLEMENT) == (4, 8)
    assert beside(part, DISTRICT) == (0, 150)


def event_of(frame: bytes) -> tuple[str, dict[str, object]]:
    head, _, data = frame.partition(b"data: ")
    return head.split()[1].decode(), orjson.loads(data)


async def test_who_watches_learns_of_another_target_and_nothing_of_what_it_is(
    metrics: Pool, metrics_database: Database
) -> None:
    live, hub, _ = await opened(metrics, metrics_database, set_target(OKRUG, 80, 50))
    stream = hub.stream(live, live.snapshot)
    _, before = event_of(await anext(stream))
    coming = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)

    await tell_targets(metrics, set_target(OKRUG, 4711, 4712, number=2))
    await live._catch_up()

    event, told = event_of(await coming)
    assert (event, list(told)) == ("plan", ["revision"])
    assert told["revision"] == live.revision
    assert live.revision > int(str(before["revision"]))
    assert beside(live, OKRUG) == (0, 4712)
    assert b"471" not in live.snapshot()
    await stream.aclose()  # type: ignore[attr-defined]


async def test_a_mirror_that_moved_without_another_target_moves_nothing(
    metrics: Pool, metrics_database: Database
) -> None:
    live, *_ = await opened(metrics, metrics_database, set_target(OKRUG, 80, 50))
    before = live.revision, live.plan

    await tell_targets(metrics, set_target(OKRUG, 80, 50))
    await live._catch_up()

    assert (live.revision, live.plan) == before
    assert live.plan is before[1]


async def heard(stream: AsyncIterator[bytes]) -> list[str]:
    """The events that wait in a stream."""
    found = []
    with suppress(TimeoutError):
        while True:
            async with asyncio.timeout(0.2):
                found.append(event_of(await anext(stream))[0])
    return found


async def test_whoever_sees_nothing_of_another_target_is_told_nothing(
    metrics: Pool, metrics_database: Database
) -> None:
    live, hub, _ = await opened(
        metrics, metrics_database, set_target(OKRUG, 80, 50), set_target(DISTRICT, 9, 9)
    )
    okrug, district = await live.part({OKRUG}), await live.part({DISTRICT, SETTLEMENT})
    streams = [hub.stream(part, part.snapshot) for part in (okrug, district)]
    for stream in streams:
        await anext(stream)
    before = okrug.revision, district.revision

    await tell_targets(metrics, set_target(OKRUG, 90, 60, number=2))
    await live._catch_up()

    assert [await heard(stream) for stream in streams] == [["plan"], []]
    assert (okrug.revision > before[0], district.revision) == (True, before[1])


async def test_an_hourly_watermark_of_the_structure_moves_nothing_and_sends_nothing(
    metrics: Pool, metrics_database: Database
) -> None:
    live, hub, _ = await opened(metrics, metrics_database, set_target(OKRUG, 80, 50))
    stream = hub.stream(live, live.snapshot)
    await anext(stream)
    before = live.revision, live.structure

    await tell_structure(metrics, *region()[1:])
    await live._catch_up()

    assert await heard(stream) == []
    assert live.revision == before[0]
    assert live.structure is before[1]

    await tell_structure(metrics, define_municipality("13888000", "Новый округ"))
    await live._catch_up()
    assert "13888000" in live.structure.municipalities
    assert live.revision > before[0]


async def test_at_midnight_more_is_due_and_who_watches_learns_of_it(
    metrics: Pool, metrics_database: Database
) -> None:
    live, hub, at = await opened(metrics, metrics_database, set_target(OKRUG, 80, 50))
    stream = hub.stream(live, live.snapshot)
    await anext(stream)
    coming = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)

    at[0] += timedelta(days=1)
    await live._look_aside()

    assert event_of(await coming)[0] == "snapshot"
    assert event_of(await anext(stream))[0] == "plan"
    await stream.aclose()  # type: ignore[attr-defined]


async def test_another_campaign_begins_without_the_targets_of_the_last(
    metrics: Pool, metrics_database: Database
) -> None:
    live, *_ = await opened(metrics, metrics_database, set_target(OKRUG, 80, 50))

    await tell_structure(metrics, campaign(open=False, version=2), campaign(id="summer"))
    await live._catch_up()

    assert live.campaign_id == "summer"
    assert beside(live, OKRUG) is None


async def test_the_forecast_moves_with_the_figures_and_is_kept_until_then(
    metrics: Pool, metrics_database: Database
) -> None:
    live, *_ = await opened(
        metrics, metrics_database, set_target(OKRUG, 280, 280), set_target(DISTRICT, 90, 90)
    )
    live.publish([submitted(OKRUG, 10, FIRST + timedelta(days=n)) for n in (1, 2, 3, 4, 8, 9, 10, 11)])

    first, other = live.forecast(OKRUG, "submitted"), live.forecast(DISTRICT, "submitted")
    assert live.forecast(OKRUG, "submitted") is first
    live.publish([submitted(OKRUG, 70, date(2026, 3, 2))])

    found = live.forecast(OKRUG, "submitted")
    assert live.forecast(DISTRICT, "submitted") is other
    assert first is not None
    assert found is not None
    assert 80 <= first.low <= first.likely <= first.high
    assert found.likely > first.likely


async def test_a_successor_takes_in_what_it_took_over(metrics: Pool, metrics_database: Database) -> None:
    new = define_municipality("13777000", "Новый округ").model_copy(update={"successor_of": [DISTRICT]})
    target = set_target("13777000", 80, 50, scope=WITH_SETTLEMENTS)
    live, *_ = await opened(metrics, metrics_database, target)

    await tell_structure(metrics, new)
    await live._catch_up()
    live.publish([submitted(DISTRICT, 1), submitted(SETTLEMENT, 2), submitted("13777000", 4)])

    assert beside(live, "13777000") == (7, 50)
    goal = live.goal(live.structure.municipalities)
    assert goal is not None
    assert (goal.with_target, goal.among) == (2, 3)
