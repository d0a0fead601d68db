"""A stream says up to which moment it is complete, and a reader that has applied that knows it."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import orjson
import pytest
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st

from contracts.event import Event, StreamOpened, WatermarkReached
from contracts.initiatives import EVENTS, InitiativeEvent
from contracts.streams import partition_of
from services.chassis.db.pool import Db, open_pool
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.settings import Settings
from services.chassis.streams import inbox, kafka, outbox, relay, tail, watermarks
from services.chassis.streams.inbox import Outcome, Reader, by_type
from services.chassis.streams.relay import Relay
from services.chassis.streams.tail import Head, Seen, Stream
from services.chassis.worker import streams_of
from tests.chassis.test_inbox import STREAM, Log
from tests.databases import Database
from tests.factories import DISTRICT, submit_initiative
from tests.installation import Installation

SETTINGS = Settings.model_validate({"database_url": "postgresql://x@y/z", "kafka_brokers": "x:1"})
HERE = Stream(InitiativeEvent.topic, partition_of(DISTRICT))
OWNED = streams_of(InitiativeEvent.topic)
TEN = datetime(2026, 2, 20, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def nothing(_: Db, __: Stream) -> AsyncIterator[Event]:
    for event in list[Event]():
        yield event


# ---- which moment is due ----
@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_due_is_the_last_full_hour_that_has_settled(now: datetime) -> None:
    moment = watermarks.due(now, SETTINGS)

    settled = now - timedelta(seconds=SETTINGS.watermark_settling)
    assert moment == settled.replace(minute=0, second=0, microsecond=0)


@pytest.mark.parametrize(
    ("after", "moment"), [(59.999, TEN - HOUR), (60, TEN), (3659, TEN), (3660, TEN + HOUR)]
)
def test_an_hour_is_due_a_minute_after_it(after: float, moment: datetime) -> None:
    assert watermarks.due(TEN + timedelta(seconds=after), SETTINGS) == moment


# ---- how it is stated, in the database ----
@pytest.fixture
async def relaying(intake: Pool, intake_database: Database) -> AsyncIterator[Pool]:
    """The outbox as the relay's session sees it."""
    async with open_pool(
        intake_database.settings("worker"), server_settings={"app.municipalities": "*"}
    ) as pool:
        async with pool.acquire() as db:
            streams = [s.topic for s in OWNED], [s.partition for s in OWNED]
            await db.execute(relay.sql.add_streams, *streams)
        yield pool


async def publish(pool: Pool, *events: Event) -> None:
    async with pool.acquire() as db, db.transaction():
        await outbox.publish(db, *(events or (submit_initiative(DISTRICT),)))


async def state(pool: Pool, moment: datetime, streams: Sequence[Stream] = (HERE,)) -> int:
    async with pool.acquire() as db:
        return await watermarks.state(db, streams, moment)


async def number_all(pool: Pool) -> None:
    async with pool.acquire() as db:
        while await relay.number(db):
            pass


async def numbered(pool: Pool, stream: Stream = HERE) -> list[tuple[int, str, dict[str, Any]]]:
    """(number, type, data) of the present epoch."""
    rows = await pool.fetch(
        "SELECT n.seq, o.type, o.data FROM outbox_number AS n JOIN outbox AS o ON o.id = n.outbox_id"
        " JOIN outbox_stream AS s ON (s.topic, s.partition, s.epoch) = (n.topic, n.partition, n.epoch)"
        " WHERE (n.topic, n.partition) = ($1, $2) ORDER BY n.seq",
        *stream,
    )
    return [(row["seq"], row["type"], orjson.loads(row["data"])) for row in rows]


def moments(told: Sequence[tuple[int, str, dict[str, Any]]]) -> list[datetime]:
    return [datetime.fromisoformat(d["moment"]) for _, type_, d in told if type_ == WatermarkReached.type]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_was_committed_before_has_a_lower_number_however_writers_interleave(
    intake: Pool, relaying: Pool, seed: int
) -> None:
    chance, committed, going = random.Random(seed), set[str](), True
    before: dict[datetime, set[str]] = {}

    async def write() -> None:
        for _ in range(12):
            event = submit_initiative(DISTRICT)
            async with intake.acquire() as db, db.transaction():
                await asyncio.sleep(chance.random() * 0.01)
                await outbox.publish(db, event)
                # Numbers below this one's are given while it is still open.
                await asyncio.sleep(chance.random() * 0.03)
            committed.add(str(event.id))

    async def number() -> None:
        while going:
            await number_all(relaying)
            await asyncio.sleep(chance.random() * 0.005)

    async def states() -> None:
        for nth in range(15):
            moment = TEN + nth * HOUR
            before[moment] = set(committed)
            await state(relaying, moment)
            await asyncio.sleep(chance.random() * 0.02)

    numbering = asyncio.create_task(number())
    await asyncio.gather(states(), *(write() for _ in range(8)))
    going = False
    await numbering
    await number_all(relaying)

    told = await numbered(relaying)
    numbers = {data["id"]: seq for seq, type_, data in told if type_ != WatermarkReached.type}
    stated = {
        datetime.fromisoformat(data["moment"]): seq
        for seq, type_, data in told
        if type_ == WatermarkReached.type
    }
    assert [seq for seq, _, _ in told] == list(range(1, 8 * 12 + 15 + 1))
    assert stated.keys() == before.keys()
    assert any(0 < len(ids) < len(committed) for ids in before.values())
    for moment, ids in before.items():
        assert all(numbers[id_] < stated[moment] for id_ in ids)


async def test_two_relays_at_once_state_a_moment_once_in_each_stream(relaying: Pool) -> None:
    stated = await asyncio.gather(*(state(relaying, TEN, OWNED) for _ in range(6)))

    assert sum(stated) == len(OWNED)
    assert await relaying.fetchval("SELECT count(*) FROM outbox") == len(OWNED)


async def test_a_moment_that_was_stated_or_a_later_one_is_not_stated_again(relaying: Pool) -> None:
    done = [await state(relaying, at) for at in (TEN, TEN, TEN + HOUR, TEN)]
    await number_all(relaying)

    assert done == [1, 0, 1, 0]
    assert moments(await numbered(relaying)) == [TEN, TEN + HOUR]


async def test_a_new_stream_states_the_present_hour_at_once_behind_what_it_holds(
    intake: Pool, relaying: Pool
) -> None:
    await publish(intake)

    assert await state(relaying, TEN) == 1
    await number_all(relaying)
    assert [type_ for _, type_, _ in await numbered(relaying)][-1] == WatermarkReached.type


async def test_a_new_epoch_is_complete_only_once_it_says_so_again(
    relaying: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "_lost", mock.AsyncMock(return_value=[]))
    kept = [submit_initiative(DISTRICT) for _ in range(3)]

    async def present(_: Db, __: Stream) -> AsyncIterator[Event]:
        for event in kept:
            yield event

    await publish(relaying, *kept)
    await state(relaying, TEN)
    await number_all(relaying)
    async with relaying.acquire() as db, db.transaction():
        head = Head(*(await db.fetchrow(relay.sql.lock_stream, *HERE))[:3])  # type: ignore[index]
        await tail._begin_epoch(db, SETTINGS, HERE, head, [Seen(1, 9, "f" * 32)], present)
    told = [type_ for _, type_, _ in await numbered(relaying)]
    again = await state(relaying, TEN)
    await number_all(relaying)

    assert told == [StreamOpened.type, *(event.type for event in kept)]
    assert again == 1
    *_, (seq, type_, data) = await numbered(relaying)
    assert (seq, type_, data["moment"]) == (5, WatermarkReached.type, "2026-02-20T10:00:00Z")


async def test_a_watermark_that_had_no_number_yet_is_true_in_the_epoch_that_begins(
    relaying: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "_lost", mock.AsyncMock(return_value=[]))
    event = submit_initiative(DISTRICT)
    await publish(relaying, event)
    await state(relaying, TEN)

    async def present(_: Db, __: Stream) -> AsyncIterator[Event]:
        yield event

    async with relaying.acquire() as db, db.transaction():
        await tail._begin_epoch(db, SETTINGS, HERE, Head(1, 0, 0), [Seen(1, 9, "f" * 32)], present)
    await number_all(relaying)

    order = [type_ for _, type_, _ in await numbered(relaying)]
    assert order == [StreamOpened.type, event.type, event.type, WatermarkReached.type]


# ---- how it is read ----
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


# ---- from a relay to the log, with a real broker ----
class Watch(Clock):
    """A clock that stands until it is set."""

    at = TEN + timedelta(minutes=5)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
async def sending(servers: Installation) -> Settings:
    await servers.databases["intake"].empty()
    haste = {"poll_interval": 0.1, "tail_check_interval": 0.5}
    return servers.databases["intake"].settings("worker", kafka_brokers=servers.brokers, **haste)


@asynccontextmanager
async def leading(settings: Settings, clock: Clock, relays: int = 1) -> AsyncIterator[None]:
    every = [Relay(settings, "intake", OWNED, nothing, clock) for _ in range(relays)]
    async with Lifetime().background(*(work for each in every for work in each.works())):
        async with asyncio.timeout(30):
            while not any(each.ready for each in every):
                await asyncio.sleep(0.05)
        yield


async def in_log(settings: Settings, stream: Stream = HERE) -> list[tuple[int, int, str, datetime | None]]:
    """(epoch, number, type, moment) of each record."""
    found = []
    async for records in kafka.read_all(settings, stream):
        for each in map(orjson.loads, (record.value or b"" for record in records)):
            moment = each["data"].get("moment")
            place = each["epoch"], each["sequence"], each["type"]
            found.append((*place, datetime.fromisoformat(moment) if moment else None))
    return found


async def until_stated(settings: Settings, moment: datetime) -> None:
    async with asyncio.timeout(30):
        while not any(each[3] == moment for each in await in_log(settings)):
            await asyncio.sleep(0.1)


async def test_a_relay_states_each_hour_once_and_after_a_stop_the_latest_alone(
    sending: Settings, servers: Installation
) -> None:
    clock = Watch()
    async with leading(sending, clock, relays=2):
        await until_stated(sending, TEN)
        clock.at = TEN + HOUR + timedelta(minutes=1)
        await until_stated(sending, TEN + HOUR)
    clock.at = TEN + 5 * HOUR + timedelta(minutes=40)
    async with open_pool(sending) as pool:
        await publish(pool)
    async with leading(sending, clock):
        await until_stated(sending, TEN + 5 * HOUR)
        await asyncio.sleep(1.5)

    told = await in_log(sending)
    assert [moment for *_, moment in told] == [TEN, TEN + HOUR, None, TEN + 5 * HOUR]
    for stream in OWNED:
        stated = [moment for _, _, _, moment in await in_log(sending, stream) if moment]
        assert stated == [TEN, TEN + HOUR, TEN + 5 * HOUR]


async def test_of_two_relays_one_leads_and_the_other_stands_by_until_it_is_gone(
    sending: Settings, servers: Installation
) -> None:
    first, second = (Relay(sending, "intake", OWNED, nothing, Watch()) for _ in range(2))
    async with Lifetime().background(*second.works()):
        async with Lifetime().background(*first.works()), asyncio.timeout(30):
            while not (first.ready or second.ready) or not (first.stands_by or second.stands_by):
                await asyncio.sleep(0.05)
            leads = (first.ready, second.ready)
            stands_by = (first.stands_by, second.stands_by)
        async with asyncio.timeout(30):
            while not second.ready:
                await asyncio.sleep(0.05)

    assert sorted(leads) == sorted(stands_by) == [False, True]
    assert leads != stands_by
    assert not second.stands_by


async def test_a_database_that_was_restored_states_its_hour_in_the_new_epoch_again(
    sending: Settings, servers: Installation
) -> None:
    clock = Watch()
    # The log of the test before knows more than this empty database.
    async with leading(sending, clock):
        clock.at = TEN + 7 * HOUR + timedelta(minutes=1)
        await until_stated(sending, TEN + 7 * HOUR)

    told = await in_log(sending)
    second = [each for each in told if each[0] == told[-1][0]]
    assert second[0][0] > 1
    assert second[0][1:3] == (1, StreamOpened.type)
    assert [each[3] for each in second[1:]] == sorted(each[3] for each in second[1:] if each[3])
    assert all(each[2] == WatermarkReached.type for each in second[1:])
