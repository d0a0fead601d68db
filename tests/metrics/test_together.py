"""What a poll brings is rolled up by one statement, or by column, just as it would be stream by stream."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from aiokafka import TopicPartition
from asyncpg import Pool
from faststream.kafka import KafkaBroker

from contracts import streams
from contracts.event import Event, StreamOpened, WatermarkReached
from services.chassis.db.pool import Db
from services.chassis.streams import inbox, together
from services.chassis.streams.inbox import Place, Reader
from services.chassis.streams.kafka import Record
from services.chassis.streams.partition import Partition
from services.chassis.streams.quick import Quick
from services.chassis.streams.reading import Reading
from services.chassis.streams.tail import Stream
from services.metrics.domain import recount
from services.metrics.events import announcing, rollup
from services.metrics.proof import rebuild
from services.metrics.proof.rebuild import AlreadyRebuilding
from services.metrics.store import figures
from tests.chassis.test_watermarks_relay import TEN
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, submit_initiative
from tests.metrics.streams import CODES, Log, Region

READER = rollup.readers()[0]


class Consumer:
    """Stands for aiokafka's: nothing is sought here, all that was written comes again in the end."""

    def seek(self, *_: object) -> None: ...

    def pause(self, *_: object) -> None: ...

    async def commit(self, *_: object) -> None: ...


@pytest.fixture(autouse=True)
def consumer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reading, "_consumer", Consumer())


async def read(
    pool: Pool, database: Database, reader: Reader, polls: Sequence[Sequence[Record]]
) -> dict[str, list[tuple[Any, ...]]]:
    """Let a reader take these polls, one after another; what the tables hold then."""
    await database.empty()
    reading = Reading(KafkaBroker("x:1"), pool, database.settings("worker"), reader)
    for partition in sorted(map(streams.partition_of, CODES)):
        async with pool.acquire() as db:
            place = await inbox.place_of(db, reader, Stream(reader.topic, partition))
        reading._partitions[TopicPartition(reader.topic, partition)] = Partition(place, 0)
    for records in polls:
        await reading._handle(tuple(records))
    rows = {table: await pool.fetch(f"SELECT {what}") for table, what in TABLES.items()}
    return {table: [tuple(row) for row in of_table] for table, of_table in rows.items()}


TABLES = {
    "inbox": "* FROM inbox ORDER BY topic, partition",
    "fact": "* FROM fact ORDER BY municipality, id",
    "counter": "* FROM counter ORDER BY municipality, campaign, family, key, counter",
    "dead_letter": "topic, partition, epoch, seq, record_offset, body FROM dead_letter ORDER BY 2, 5",
}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many streams each statement took."""
    counts: list[int] = []
    take = together.take

    async def counting(pool: Pool, reader: Reader, parts: Sequence[together.Part]) -> None:
        await take(pool, reader, parts)
        counts.append(len(parts))

    monkeypatch.setattr(together, "take", counting)
    return counts


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_comes_is_the_same_in_the_end_as_stream_by_stream(
    metrics: Pool, metrics_database: Database, taken: list[int], seed: int
) -> None:
    region = Region(seed)
    polls: list[list[Record]] = []
    for nth in range(1, 73):
        polls.append(region.poll())
        if nth % 8 == 0:
            # What was not polled, or stood behind something missing, is polled now.
            polls += [list(log.records) for log in set_of(region)]

    strict = await read(metrics, metrics_database, replace(READER, together=None, quick=None), polls)
    assert taken == []
    by_column, quick = quickly()
    columns = await read(metrics, metrics_database, replace(READER, together=None, quick=quick), polls)
    assert taken == []
    together = await read(metrics, metrics_database, READER, polls)

    assert columns == strict
    assert len(by_column) > 30
    assert max(by_column) > 3
    assert together == strict
    assert len(taken) > 30
    assert max(taken) > 1
    for log, row in zip(sorted(set_of(region), key=lambda log: log.partition), strict["inbox"], strict=True):
        assert row[3:6] == (log.epoch, log.sequence, log.chain)
    async with metrics.acquire() as db, db.transaction():
        facts = [fact async for fact in figures.all_facts(db)]
        assert await figures.all_counters(db) == dict(recount(facts))


def quickly() -> tuple[list[int], Quick]:
    """How many events each batch had that was applied by column, and the reader's way to do so."""
    counts: list[int] = []
    quick = READER.quick
    assert quick is not None

    async def counting(db: Db, stream: Stream, told: Sequence[Any]) -> None:
        await quick.apply(db, stream, told)
        counts.append(len(told))

    return counts, replace(quick, apply=counting)


def set_of(region: Region) -> list[Log]:
    return list({log.partition: log for log in region.logs.values()}.values())


# ---- what each guard is for ----
async def placed(pool: Pool, log: Log) -> Place:
    async with pool.acquire() as db:
        return await inbox.place_of(db, READER, Stream(READER.topic, log.partition))


async def begun(pool: Pool, log: Log) -> Place:
    """A stream of which one event is counted; where its reader stands."""
    await placed(pool, log)
    stream, record = Stream(READER.topic, log.partition), log.append(submit_initiative(DISTRICT))
    async with pool.acquire() as db, db.transaction():
        await inbox.take(db, READER, stream, [record])
    return await placed(pool, log)


def parts(log: Log, place: Place, *records: Record) -> list[together.Part]:
    return together.parts_of(READER, {Stream(READER.topic, log.partition): (place, records)})


async def count(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT coalesce(sum(n), 0) FROM counter WHERE family = 'hour'"))


@pytest.mark.parametrize(
    "change",
    [{"epoch": 2}, {"mark": 7, "applied": 7}, {"chain": "00" * 16}],
    ids=["epoch", "mark", "chain"],
)
async def test_a_mark_that_is_not_where_it_was_seen_keeps_everything_from_being_done(
    metrics: Pool, change: dict[str, object]
) -> None:
    log = Log(streams.partition_of(DISTRICT))
    place = await begun(metrics, log)
    found = parts(log, place, log.append(submit_initiative(DISTRICT)))
    moved = ", ".join(f"{name} = ${nth}" for nth, name in enumerate(change, 1))
    await metrics.execute(f"UPDATE inbox SET {moved}", *change.values())

    with pytest.raises(asyncpg.SerializationError):
        await together.take(metrics, READER, found)

    assert await count(metrics) == 1


async def test_of_two_who_take_the_same_one_does(metrics: Pool) -> None:
    log = Log(streams.partition_of(DISTRICT))
    place = await begun(metrics, log)
    found = parts(log, place, log.append(submit_initiative(DISTRICT)))

    await together.take(metrics, READER, found)
    with pytest.raises(asyncpg.SerializationError):
        await together.take(metrics, READER, found)

    assert await count(metrics) == 2
    assert (await placed(metrics, log)).mark == 2


async def test_a_fact_that_is_known_already_keeps_everything_from_being_done(metrics: Pool) -> None:
    log = Log(streams.partition_of(DISTRICT))
    place = await begun(metrics, log)
    event = submit_initiative(DISTRICT)
    async with metrics.acquire() as db, db.transaction():
        await rollup.roll_up(db, Stream(READER.topic, log.partition), inbox_events(log, place, event))

    with pytest.raises(asyncpg.UniqueViolationError):
        await together.take(metrics, READER, parts(log, place, log.append(event)))

    assert await count(metrics) == 2
    assert await placed(metrics, log) == place


def inbox_events(log: Log, place: Place, event: Event) -> Sequence[Any]:
    other = Log(log.partition, list(log.records), log.epoch, log.sequence, log.chain)
    (part,) = parts(other, place, other.append(event))
    return part.events


async def test_a_fact_that_was_replaced_meanwhile_keeps_everything_from_being_done(
    metrics: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, standing = Log(streams.partition_of(DISTRICT)), figures.standing
    place = await begun(metrics, log)
    (row,) = await metrics.fetch("SELECT id FROM fact")
    later = submit_initiative(DISTRICT, id=row["id"], version=2, direction="culture")

    async def then_replaced(db: Db, facts: Sequence[Any]) -> Any:
        found = await standing(db, facts)
        await metrics.execute("UPDATE fact SET version = 9")
        return found

    monkeypatch.setattr(figures, "standing", then_replaced)
    with pytest.raises(asyncpg.SerializationError):
        await together.take(metrics, READER, parts(log, place, log.append(later)))

    assert await metrics.fetchval("SELECT direction FROM fact") == "roads"
    assert await placed(metrics, log) == place


async def test_what_is_not_as_expected_goes_its_own_way_and_its_neighbour_does_not(metrics: Pool) -> None:
    log, other = Log(streams.partition_of(DISTRICT)), Log(streams.partition_of(SETTLEMENT))
    place, there = await begun(metrics, log), await begun(metrics, other)
    expected = other.append(submit_initiative(SETTLEMENT))
    good, bad = Stream(READER.topic, other.partition), Stream(READER.topic, log.partition)
    first, second = log.append(submit_initiative(DISTRICT)), log.append(submit_initiative(DISTRICT))
    unexpected = {
        "gap": [second],
        "repeat": [first, first],
        "known": [log.records[0], first],
        "unreadable": [first, log.write(b"{")],
        "chain": [log.write(log.false())],
        "unknown": [first, second, log.append(submit_initiative(DISTRICT), "dialogue.unheard-of.v1")],
        "data": [first, second, log.records[-1], log.append(WatermarkReached(version=1, moment=TEN), "x")],
    }
    log.epoch, log.sequence, log.chain = 2, 0, ""
    unexpected["epoch"] = [log.append(StreamOpened(version=1))]

    for what, records in unexpected.items():
        polled = {bad: (place, records), good: (there, [expected])}
        assert [part.stream for part in together.parts_of(READER, polled)] == [good], what
    assert len(together.parts_of(READER, {bad: (place, [first, second])})) == 1


async def test_after_a_rebuild_has_taken_its_place_the_new_tables_are_counted_into(
    metrics: Pool, metrics_database: Database
) -> None:
    """The plans that the function keeps name the tables of before."""
    log = Log(streams.partition_of(DISTRICT))
    place = await begun(metrics, log)
    for _ in range(8):
        await together.take(metrics, READER, parts(log, place, log.append(submit_initiative(DISTRICT))))
        place = await placed(metrics, log)
    assert await count(metrics) == 9

    owner = await asyncpg.connect(metrics_database.dsn("owner"))
    try:
        await owner.execute(rebuild.sql.swap)
        await together.take(metrics, READER, parts(log, place, log.append(submit_initiative(DISTRICT))))
        of_both = [
            await metrics.fetchval(f"SELECT count(*) FROM {tables}.fact") for tables in ("figures", "spare")
        ]
    finally:
        await owner.execute(rebuild.sql.swap)
        await owner.close()
    assert of_both == [1, 9]


async def test_of_what_a_rebuild_has_not_found_nothing_is_left(
    metrics: Pool, metrics_database: Database
) -> None:
    log = Log(streams.partition_of(DISTRICT))
    await begun(metrics, log)
    everything = {"app.municipalities": "*"}
    owner = await asyncpg.connect(metrics_database.dsn("owner"), server_settings=everything)
    try:
        await owner.execute(rebuild.sql.nothing_left)
        await owner.execute(rebuild.sql.swap)
        values = await metrics.fetch("SELECT n, count(*) FROM counter GROUP BY n")
    finally:
        await owner.execute(rebuild.sql.swap)
        await owner.close()

    assert [tuple(row) for row in values] == [(0, await metrics.fetchval("SELECT count(*) FROM counter"))]


async def test_a_second_rebuild_is_refused_while_one_is_at_work(
    metrics: Pool, metrics_database: Database
) -> None:
    one, other = [await asyncpg.connect(metrics_database.dsn("owner")) for _ in range(2)]
    try:
        assert await one.fetchval(rebuild.sql.alone)
        with pytest.raises(AlreadyRebuilding):
            await rebuild.rebuild(metrics_database.settings("owner"), other, metrics, accept=False)
        await one.fetchval(rebuild.sql.alone_no_more)
        assert await other.fetchval(rebuild.sql.alone)
    finally:
        await one.close()
        await other.close()


# ---- what is announced ----
async def test_what_was_taken_is_announced_with_what_it_comes_to(
    metrics: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(streams.partition_of(DISTRICT))
    place = await begun(metrics, log)
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(announcing, "announce", lambda _, channel, payload: said.append((channel, payload)))
    events = [submit_initiative(DISTRICT), submit_initiative(OKRUG)]

    await together.take(metrics, READER, parts(log, place, *map(log.append, events)))

    ((channel, payload),) = said
    told = announcing.read(payload)
    assert channel == announcing.CHANNEL
    assert told.changed == {(DISTRICT, "2026-02-14"), (OKRUG, "2026-02-14")}
    assert told.totals is not None
    assert told.totals[:3] == (Stream(READER.topic, log.partition), 1, 3)
    values = {(key.municipality, key.family, key.key): n for key, n in told.totals.values}
    assert values == {
        (DISTRICT, "hour", "2026-02-14"): 2,
        (OKRUG, "hour", "2026-02-14"): 1,
        (DISTRICT, "status", "submitted"): 2,
        (OKRUG, "status", "submitted"): 1,
    }


async def test_what_is_too_long_to_be_said_is_announced_without_its_totals(
    metrics: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(streams.partition_of(DISTRICT))
    place = await begun(metrics, log)
    said: list[str] = []
    monkeypatch.setattr(announcing, "announce", lambda _, __, payload: said.append(payload))
    events = [
        submit_initiative(DISTRICT, submitted_at=f"2026-{month:02}-{day:02}T10:00:00+03:00")
        for month in range(2, 8)
        for day in range(1, 29)
    ]

    await together.take(metrics, READER, parts(log, place, *map(log.append, events)))

    told = [announcing.read(payload) for payload in said]
    assert all(each.totals is None and not each.everything for each in told)
    assert {place for each in told for place in each.changed} == {
        (DISTRICT, f"2026-{month:02}-{day:02}") for month in range(2, 8) for day in range(1, 29)
    }
