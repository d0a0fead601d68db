"""A relay states in each of its streams up to which moment it is complete, behind all that came before."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import orjson
import pytest
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st

from contracts.event import Event, StreamOpened, WatermarkReached
from contracts.initiatives import InitiativeEvent
from contracts.streams import partition_of
from services.chassis.db.pool import Db, open_pool
from services.chassis.process.settings import Settings
from services.chassis.streams import outbox, relay, tail, watermarks
from services.chassis.streams.tail import Head, Seen, Stream
from services.chassis.worker import streams_of
from tests.databases import Database
from tests.factories import DISTRICT, submit_initiative

SETTINGS = Settings.model_validate({"database_url": "postgresql://x@y/z", "kafka_brokers": "x:1"})
HERE = Stream(InitiativeEvent.topic, partition_of(DISTRICT))
OWNED = streams_of(InitiativeEvent.topic)
TEN = datetime(2026, 2, 20, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


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
        await relay.step(db)


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


async def test_a_watermark_without_a_number_is_true_in_the_epoch_that_begins_and_said_once(
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
    again = await state(relaying, TEN)
    await number_all(relaying)

    assert again == 0
    order = [type_ for _, type_, _ in await numbered(relaying)]
    assert order == [StreamOpened.type, event.type, event.type, WatermarkReached.type]
