"""What a poll brings is rolled up by one statement just as it would be stream by stream."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest
from aiokafka import ConsumerRecord, TopicPartition
from asyncpg import Pool
from faststream.kafka import KafkaBroker

from contracts import streams
from contracts.event import Event, StreamOpened, WatermarkReached
from contracts.initiatives import InitiativeDetermined, InitiativeEvent, InitiativeJoined, InitiativeLeft
from services.chassis.db.pool import Db
from services.chassis.streams import inbox, together
from services.chassis.streams.inbox import Place, Reader
from services.chassis.streams.kafka import Record
from services.chassis.streams.partition import Partition
from services.chassis.streams.reading import Reading
from services.chassis.streams.tail import Stream
from services.metrics.domain import recount
from services.metrics.events import announcing, rollup
from services.metrics.proof import rebuild
from services.metrics.store import figures
from tests.chassis.test_watermarks_relay import TEN
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, submit_initiative

CODES = (DISTRICT, OKRUG, SETTLEMENT, "13701000")
READER = rollup.readers()[0]


@dataclass
class Log:
    """A partition's records, all that were ever written."""

    partition: int
    records: list[Record] = field(default_factory=list)
    epoch: int = 1
    sequence: int = 0
    chain: str = ""

    def append(self, event: Event, type_: str | None = None) -> Record:
        event_id, self.sequence = uuid4(), self.sequence + 1
        self.chain = streams.link(self.chain, event_id)
        data = event.model_dump(mode="json")
        return self.write(
            orjson.dumps(
                {"id": str(event_id), "type": type_ or event.type, "epoch": self.epoch}
                | {"sequence": self.sequence, "chain": self.chain, "data": data}
            )
        )

    def write(self, value: bytes) -> Record:
        place = InitiativeEvent.topic, self.partition, len(self.records)
        self.records.append(ConsumerRecord(*place, 0, 0, None, value, None, 0, 0, ()))
        return self.records[-1]

    def forge(self, chance: random.Random) -> Record:
        """Something that no relay of ours has written."""
        return self.write(chance.choice([b"not an event", self.false()]))

    def false(self) -> bytes:
        """What would be next, if its chain continued."""
        next_ = {"sequence": self.sequence + 1, "epoch": self.epoch, "id": str(uuid4()), "chain": "00" * 16}
        return orjson.dumps(next_ | {"type": "dialogue.initiatives.submitted.v1", "data": {}})


class Region:
    """A region whose initiatives are submitted, decided on and moved, told in some streams."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.logs = {code: Log(streams.partition_of(code)) for code in CODES}
        of_partition = {log.partition: log for log in self.logs.values()}
        self.logs = {code: of_partition[log.partition] for code, log in self.logs.items()}
        self.known: dict[str, InitiativeEvent] = {}

    def poll(self) -> list[Record]:
        """What comes next: mostly what is to be expected."""
        chance = self.chance
        polled: dict[int, list[Record]] = defaultdict(list)
        for _ in range(chance.randrange(1, 9)):
            log, records = self.happen()
            polled[log.partition] += records
        for records in polled.values():
            if chance.random() < 0.08:
                del records[chance.randrange(len(records))]
            if records and chance.random() < 0.08:
                records.append(records[chance.randrange(len(records))])
        return [record for partition in sorted(polled) for record in polled[partition]]

    def happen(self) -> tuple[Log, list[Record]]:
        code, what = self.chance.choice(CODES), self.chance.random()
        return self.happen_to_stream(self.logs[code], what) if what < 0.07 else self.happen_at(code, what)

    def happen_to_stream(self, log: Log, what: float) -> tuple[Log, list[Record]]:
        if what < 0.02:
            return log, [log.forge(self.chance)]
        if what < 0.04:
            return log, [log.append(submit_initiative(), "dialogue.initiatives.unheard-of.v1")]
        if what < 0.06:
            return log, [log.append(WatermarkReached(version=1, moment=TEN))]
        log.epoch, log.sequence, log.chain = log.epoch + 1, 0, ""
        present = [e for e in self.known.values() if self.logs[e.municipality] is log]
        return log, [log.append(event) for event in (StreamOpened(version=1), *present)]

    def happen_at(self, code: str, what: float) -> tuple[Log, list[Record]]:
        chance, log = self.chance, self.logs[code]
        mine = [event for event in self.known.values() if event.municipality == code]
        if mine and what < 0.35:
            before = chance.choice(mine)
            there = chance.choice(CODES)
            if what < 0.12 and there != code:
                return self.move(before, there)
            version = before.version + chance.choice((-1, 0, 1, 1, 1, 2))
            changes = {"status": "determined", "decided_by": "group", "in_time": True}
            after = self.again(before, InitiativeDetermined, version=max(version, 1), **changes)
            if after.version > before.version:
                self.known[str(after.id)] = after
            return log, [log.append(after)]
        event = submit_initiative(code, direction=chance.choice(("roads", "culture")))
        self.known[str(event.id)] = event
        return log, [log.append(event)]

    def move(self, before: InitiativeEvent, there: str) -> tuple[Log, list[Record]]:
        """Where it comes from is told; where it comes to, is polled with what comes next of that stream."""
        left = self.again(before, InitiativeLeft, version=before.version + 1, into=there)
        joined = self.again(before, InitiativeJoined, version=before.version + 2, municipality=there)
        self.known[str(before.id)] = joined
        log, other = self.logs[before.municipality], self.logs[there]
        record = log.append(left)
        written = other.append(joined)
        return log, [record, written] if other is log else [record]

    @staticmethod
    def again(before: InitiativeEvent, event: Any, **changes: object) -> Any:
        return event.model_validate(before.model_dump() | changes)


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
        message: Any = SimpleNamespace(raw_message=tuple(records))
        await reading._handle(message)
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

    strict = await read(metrics, metrics_database, replace(READER, together=None), polls)
    assert taken == []
    quick = await read(metrics, metrics_database, READER, polls)

    assert quick == strict
    assert len(taken) > 30
    assert max(taken) > 1
    for log, row in zip(sorted(set_of(region), key=lambda log: log.partition), quick["inbox"], strict=True):
        assert row[3:6] == (log.epoch, log.sequence, log.chain)
    async with metrics.acquire() as db, db.transaction():
        facts = [fact async for fact in figures.all_facts(db)]
        assert await figures.all_counters(db) == dict(recount(facts))


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
