"""A reader knows up to which moment its stream is complete: by the watermarks that it has applied."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asyncpg import Pool

from contracts.event import Event, WatermarkReached
from contracts.initiatives import EVENTS, InitiativeEvent
from services.chassis.db.pool import Db
from services.chassis.streams import inbox, taking
from services.chassis.streams.inbox import Outcome, Reader, by_type
from services.chassis.streams.tail import Stream
from tests.chassis.test_inbox import STREAM, Log
from tests.factories import submit_initiative

TEN = datetime(2026, 2, 20, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def apply(_: Db, __: Stream, events: Sequence[Any]) -> None:
    if any(event.direction == "bad" for event in events):
        raise ValueError("a record that cannot be applied")


async def forget(_: Db, __: Stream) -> None:
    return


READER = Reader("test", InitiativeEvent.topic, by_type(EVENTS), apply, forget)


@pytest.fixture
async def reading(intake: Pool) -> Pool:
    async with intake.acquire() as db:
        await inbox.place_of(db, READER, STREAM)
    return intake


async def take(pool: Pool, log: Log, *, carefully: bool = False) -> Outcome:
    taking = inbox.take_carefully if carefully else inbox.take
    async with pool.acquire() as db, db.transaction():
        return await taking(db, READER, STREAM, log.records)


async def complete(pool: Pool) -> datetime | None:
    async with pool.acquire() as db:
        return (await inbox.watermarks(db, READER.name)).get(STREAM)


def reached(moment: datetime) -> WatermarkReached:
    return WatermarkReached(version=1, moment=moment)


def log_of(*events: Event) -> Log:
    log = Log()
    for event in events:
        log.append(event)
    return log


@pytest.fixture(params=[False, True], ids=["together", "one by one"])
def carefully(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_a_stream_is_complete_up_to_the_last_watermark_that_is_applied(
    reading: Pool, carefully: bool
) -> None:
    assert await complete(reading) is None

    log = log_of(submit_initiative(), reached(TEN), submit_initiative(), reached(TEN + HOUR))
    log.append(submit_initiative())
    outcome = await take(reading, log, carefully=carefully)

    assert (await complete(reading), outcome.applied) == (TEN + HOUR, 5)


async def test_a_watermark_is_no_event_of_the_readers(reading: Pool, carefully: bool) -> None:
    outcome = await take(reading, log_of(reached(TEN)), carefully=carefully)

    assert (outcome.unknown, outcome.parked, outcome.place.mark) == (0, 0, 1)


async def test_a_duplicate_moves_nothing(reading: Pool, carefully: bool) -> None:
    log = log_of(reached(TEN), reached(TEN + HOUR))
    await take(reading, log, carefully=carefully)
    log.records.pop()

    outcome = await take(reading, log, carefully=carefully)

    assert (outcome.duplicates, await complete(reading)) == (1, TEN + HOUR)


async def test_an_earlier_moment_takes_nothing_back(reading: Pool, carefully: bool) -> None:
    log = log_of(reached(TEN + HOUR))
    await take(reading, log, carefully=carefully)
    log.append(reached(TEN))

    await take(reading, log, carefully=carefully)

    assert await complete(reading) == TEN + HOUR


async def test_a_watermark_above_a_gap_counts_once_the_gap_is_filled(reading: Pool, carefully: bool) -> None:
    log = log_of(submit_initiative(), submit_initiative(), reached(TEN))
    missing = log.records.pop(1)
    await take(reading, log, carefully=carefully)
    before = await complete(reading)
    log.records.insert(1, missing)
    await take(reading, log, carefully=carefully)

    assert (before, await complete(reading)) == (None, TEN)


async def test_a_new_epoch_begins_incomplete(reading: Pool, carefully: bool) -> None:
    log = log_of(submit_initiative(), reached(TEN))
    await take(reading, log, carefully=carefully)
    log.begin_epoch()
    log.append(submit_initiative())
    await take(reading, log, carefully=carefully)
    before = await complete(reading)
    log.append(reached(TEN - HOUR))
    await take(reading, log, carefully=carefully)

    assert (before, await complete(reading)) == (None, TEN - HOUR)


async def test_a_watermark_of_the_epoch_before_does_not_count_in_the_next_one(
    reading: Pool, carefully: bool
) -> None:
    log = log_of(reached(TEN))
    log.begin_epoch()

    await take(reading, log, carefully=carefully)

    assert await complete(reading) is None


async def test_a_parked_event_holds_no_watermark_up(reading: Pool) -> None:
    log = log_of(submit_initiative(direction="bad"), reached(TEN))

    with pytest.raises(ValueError, match="cannot be applied"):
        await take(reading, log)
    outcome = await take(reading, log, carefully=True)

    assert (outcome.parked, outcome.applied, await complete(reading)) == (1, 1, TEN)


@pytest.mark.parametrize("data", [{}, {"version": 1, "moment": "soon"}, {"version": 1, "moment": None}])
async def test_a_watermark_that_cannot_be_read_is_parked_and_moves_nothing(
    reading: Pool, data: object
) -> None:
    log = log_of(reached(TEN))
    log.append(reached(TEN + HOUR), data=data)
    log.append(submit_initiative())

    with pytest.raises(ValueError, match="validation error"):
        await take(reading, log)
    outcome = await take(reading, log, carefully=True)

    assert (outcome.parked, outcome.applied, outcome.place.mark) == (1, 2, 3)
    assert await complete(reading) == TEN


@pytest.mark.parametrize("far", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00"])
async def test_a_moment_that_no_database_holds_is_parked_and_its_neighbours_are_applied(
    reading: Pool, far: str
) -> None:
    log = log_of(submit_initiative(), reached(datetime.fromisoformat(far)), submit_initiative(), reached(TEN))

    outcome = await taking.take(reading, READER, STREAM, log.records)

    assert (outcome.applied, outcome.parked, outcome.place.mark) == (3, 1, 4)
    assert await complete(reading) == TEN
