"""What is read by column is what would be read strictly, or is left to be."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeAlias
from uuid import uuid4

import asyncpg
import orjson
import pytest
from asyncpg import Pool
from hypothesis import given
from hypothesis import strategies as st

from contracts import streams
from contracts.event import Event, WatermarkReached
from contracts.initiatives import InitiativeDetermined, InitiativeEvent, InitiativeLeft
from contracts.participants import ParticipantLeft, ParticipantRegistered
from services.chassis.db import queries
from services.chassis.db.pool import Db, open_pool
from services.chassis.streams import inbox, taking
from services.chassis.streams.inbox import Place, Reader
from services.chassis.streams.kafka import Record
from services.chassis.streams.quick import DEEPEST, ORDINARY, Read
from services.chassis.streams.tail import Stream
from services.metrics import plain
from services.metrics.domain import Fact, recount
from services.metrics.events import rollup
from services.metrics.store import figures
from tests.chassis.test_watermarks_relay import TEN
from tests.databases import Database
from tests.factories import DISTRICT, OKRUG, register_participant, submit_initiative
from tests.metrics.streams import Log

READER = rollup.readers()[0]
PARTITION = streams.partition_of(DISTRICT)
STREAM = Stream(InitiativeEvent.topic, PARTITION)
NOWHERE = Place(0, 0, "", 0)
FIELDS = [field.name for field in fields(Fact)]

ODD: dict[str, list[Any]] = {
    "id": ["", "x", "A0000000-0000-7000-8000-00000000000A", "a" * 32, "a" * 36, "é" * 36, 5, None],
    "type": ["unheard-of", "dialogue.stream.opened.v1", WatermarkReached.type, 7, None],
    "epoch": [0, 2, 1.0, "1", True, 2**31, 2**70, None],
    "sequence": [0, 1, 2.0, "3", 2**63, None],
    "chain": ["", "0" * 32, "F" * 32, "é" * 32, 9, None],
    "subject": [None, "x", 5],
    "other": ["\u0000\u2028", "\ud83d\ude00", {"deep": [[[{"er": [1e400, -0.0]}]]]}, "x" * ORDINARY],
}
ODD_DATA: dict[str, list[Any]] = {
    "id": ["", "x", "A0000000-0000-7000-8000-00000000000A", "{a0000000-0000-7000-8000-0000000000}", 5],
    "version": [0, 1.0, "2", 2, 2**31 - 1, 2**31, None],
    "campaign": ["", "Кампания", "a\tb", "a\n", "\\N", "x" * 65, 5, None],
    "municipality": ["1", "79605000\n", "٧٩٦٠٥٠٠٠", OKRUG, None],
    "organization": [None, "", "x", str(uuid4()), str(uuid4()).upper(), 5],
    "participant": [None, "", "x", str(uuid4()), uuid4().hex],
    "direction": ["", "дороги", "a\tb", "a--b", None],
    "classifiers": [{}, {"form": "personal", "b": "c"}, {"Форма": "x"}, {"a": "\t"}, {"a": None}, [], None],
    "status": ["of-tomorrow", "Новый", "", None],
    "origin": [None, "smo", "", 5],
    "decided_by": [None, "group", "Группа"],
    "in_time": [None, True, False, "true", 1],
    "submitted_at": [
        *("2026-02-14T10:00:00Z", "2026-02-14T10:00:00.123456+03:00", "2026-02-14T23:59:59.5+03:00"),
        *("2026-02-30T10:00:00+03:00", "2026-02-14T24:00:00+03:00", "2026-02-14T10:00:60+03:00"),
        *("2026-02-14T10:00:00", "2026-02-14 10:00:00+03:00", "2026-02-14T10:00+03:00"),
        *("2026-02-14T10:00:00+25:00", "2026-02-14T10:00:00.1234567+03:00", 1771052400),
        *("20260214T100000+0300", "٢٠٢٦-02-14T10:00:00Z", "2026-02-14T10:00:00+05:75"),
        *("9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00", "2026-02-14T10:00:00-23:59"),
    ],
    # What a `Fact` has and no event tells of it.
    "left": [True, False, "garbage"],
    "counter": ["registered", 5],
    "local_time": ["2026-02-14T10:00:00Z", 5],
}
ODD_WATERMARK = {"version": ODD_DATA["version"], "moment": ODD_DATA["submitted_at"]}

Batch: TypeAlias = tuple[Place, list[Record], int]
"""Where a reader stands, the records behind it, and how often they were harmed."""


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    log = Log(PARTITION)
    log.append(submit_initiative(DISTRICT))
    place = Place(1, 1, log.chain, 1)
    for _ in range(draw(st.integers(1, 6))):
        match draw(st.sampled_from(["new", "decided", "left", "hour"])):
            case "new":
                log.append(submit_initiative(DISTRICT, organization=draw(st.sampled_from([None, uuid4()]))))
            case "decided":
                decided = {"status": "determined", "decided_by": "group", "in_time": True, "version": 2}
                event = submit_initiative(DISTRICT).model_dump() | decided
                log.append(InitiativeDetermined.model_validate(event))
            case "left":
                gone = submit_initiative(DISTRICT).model_dump() | {"version": 2, "into": OKRUG}
                log.append(InitiativeLeft.model_validate(gone))
            case "hour":
                moment = TEN + timedelta(hours=draw(st.integers(-2, 2)))
                log.append(WatermarkReached(version=1, moment=moment))
    records = log.records[1:]
    harms = draw(st.integers(0, 2))
    for _ in range(harms):
        records = draw(harmed(records))
    return place, records, harms


@st.composite
def harmed(draw: st.DrawFn, records: list[Record]) -> list[Record]:
    at = draw(st.integers(0, len(records) - 1))
    value = records[at].value or b""
    match draw(st.sampled_from(["envelope", "data", "bytes", "shifted", "gone", "again", "other order"])):
        case "envelope":
            part = draw(st.sampled_from(sorted(ODD)))
            value = changed(value, {part: draw(st.sampled_from(ODD[part]))})
        case "data":
            part = draw(st.sampled_from(sorted(ODD_DATA)))
            value = changed(value, {}, {part: draw(st.sampled_from(ODD_DATA[part]))})
        case "bytes":
            cut = draw(st.integers(0, len(value)))
            broken = value[:cut] + b"\xff" + value[cut + 1 :]
            value = draw(st.sampled_from([b"", value[:cut], broken, value + b"," + value]))
        case "shifted":
            whole = b",".join(record.value or b"" for record in records)
            cuts = [0, *sorted(draw(st.lists(st.sampled_from(commas(whole)), max_size=6))), len(whole)]
            return [Log(PARTITION).write(whole[a:b].strip(b",")) for a, b in pairwise(cuts)]
        case "gone":
            return records[:at] + records[at + 1 :] or records
        case "again":
            return [*records, records[at]]
        case "other order":
            return records[::-1]
    record = Log(PARTITION).write(value)
    return [*records[:at], record, *records[at + 1 :]]


def commas(value: bytes) -> list[int]:
    return [at for at, byte in enumerate(value) if byte == ord(",")] or [0]


def changed(value: bytes, parts: dict[str, Any], data: dict[str, Any] | None = None) -> bytes:
    try:
        told = orjson.loads(value)
        return orjson.dumps(told | parts | ({"data": told["data"] | data} if data else {}))
    except (ValueError, TypeError, KeyError):
        return value


def read(place: Place, records: Sequence[Record]) -> Read | None:
    assert READER.quick is not None
    return READER.quick.read(*place[:3], records)


def values_of(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in FIELDS}


@given(batches())
def test_whatever_is_read_quickly_would_have_been_read_just_so(batch: Batch) -> None:
    place, records, harms = batch

    assert is_read_just_so(place, records) or harms


def is_read_just_so(place: Place, records: Sequence[Record]) -> bool:
    """Whether they are read quickly, and then as the strict form reads them."""
    told = read(place, records)
    if told is None:
        return False
    outcome, todo = inbox.in_order(place, records, inbox.read(READER, records))
    events, unknown = inbox.events_of(READER, todo)

    assert (len(todo), unknown, outcome.gap, outcome.duplicates) == (len(records), 0, None, 0)
    assert (told.epoch, told.chain) == (outcome.place.epoch, outcome.place.chain)
    assert told.watermark == inbox.complete_until(READER, todo)
    assert [values_of(plain.fact_of(each)) for each in told.data] == [values_of(event) for event in events]
    assert plain.added(each for each in told.data if not each.left) == recount(events)
    return True


@pytest.mark.parametrize("where", [[0], [1], [2], [0, 1, 2]], ids=["first", "middle", "last", "all"])
@pytest.mark.parametrize(
    ("event", "of_data", "oddities"),
    [
        *((submit_initiative(DISTRICT), False, odd) for odd in ODD.items()),
        *((submit_initiative(DISTRICT), True, odd) for odd in ODD_DATA.items()),
        *((WatermarkReached(version=1, moment=TEN), True, odd) for odd in ODD_WATERMARK.items()),
    ],
    ids=[*ODD, *(f"data.{part}" for part in ODD_DATA), *(f"watermark.{part}" for part in ODD_WATERMARK)],
)
def test_nothing_odd_is_read_otherwise_than_strictly(
    event: Event, of_data: bool, oddities: tuple[str, list[Any]], where: list[int]
) -> None:
    part, values = oddities
    for value in values:
        log = Log(PARTITION)
        records = [log.append(event) for _ in range(3)]
        odd = ({}, {part: value}) if of_data else ({part: value},)
        for at in where:
            records[at] = log.write(changed(records[at].value or b"", *odd))
        is_read_just_so(NOWHERE, records)


@pytest.mark.parametrize("reader", rollup.readers()[:2], ids=["initiatives", "participants"])
@pytest.mark.parametrize(
    "beside",
    [
        {"left": True},
        {"left": "x"},
        {"origin": "smo", "decided_by": "group", "in_time": True},
        {"status": "a"},
    ],
    ids=["left", "garbage", "others", "status"],
)
def test_what_no_event_of_a_type_tells_is_read_by_neither(reader: Reader, beside: dict[str, Any]) -> None:
    log = Log(PARTITION, topic=reader.topic)
    event = submit_initiative(DISTRICT) if reader.topic == READER.topic else register_participant(DISTRICT)
    value = log.append(event).value or b""
    known = {} if "left" in beside or reader.topic != READER.topic else beside
    record = log.write(changed(value, {}, beside))
    assert reader.quick is not None

    told = reader.quick.read(0, 0, "", [record])
    _, todo = inbox.in_order(NOWHERE, [record], inbox.read(reader, [record]))
    (strict,), _ = inbox.events_of(reader, todo)

    assert told is not None
    (quick,) = told.data
    assert values_of(plain.fact_of(quick)) == values_of(strict)
    assert {name: getattr(strict, name) for name in ("left", "origin", "decided_by", "in_time")} == {
        "left": False,
        "origin": None,
        "decided_by": None,
        "in_time": None,
        **{name: value for name, value in known.items() if name != "status"},
    }


@given(st.integers(1, 6), st.data())
def test_participants_are_read_as_initiatives_are(n: int, data: st.DataObject) -> None:
    reader = rollup.readers()[1]
    log = Log(PARTITION, topic=reader.topic)
    for _ in range(n):
        event = register_participant(DISTRICT)
        shape = data.draw(st.sampled_from([ParticipantRegistered, ParticipantLeft]))
        log.append(shape.model_validate(event.model_dump() | {"version": 1, "into": OKRUG}))
    assert reader.quick is not None

    told = reader.quick.read(0, 0, "", log.records)
    _, todo = inbox.in_order(NOWHERE, log.records, inbox.read(reader, log.records))
    events, _ = inbox.events_of(reader, todo)

    assert told is not None
    assert [values_of(plain.fact_of(each)) for each in told.data] == [values_of(event) for event in events]
    stayed = [each for each in told.data if not each.left]
    assert plain.added(stayed) == recount(events)


def test_a_stream_of_which_nothing_was_read_begins_with_its_first_number() -> None:
    log = Log(PARTITION, epoch=3)
    records = [log.append(submit_initiative(DISTRICT)) for _ in range(2)]

    told = read(NOWHERE, records)

    assert told is not None
    assert told[:2] == (3, log.chain)
    assert read(NOWHERE, records[1:]) is None
    assert read(Place(2, 9, "0" * 32, 9), records) is None


def test_records_that_are_good_only_when_put_together_are_none() -> None:
    log = Log(PARTITION)
    one, other = ((log.append(submit_initiative(DISTRICT)).value or b"") for _ in range(2))
    begins, ends = one + b',{"beside":[{}', b"{}]," + other[1:]

    assert len(orjson.loads(b"[" + begins + b"," + ends + b"]")) == 2
    assert read(NOWHERE, [log.write(begins), log.write(ends)]) is None


def test_a_chain_that_is_wrong_in_the_middle_alone_is_seen() -> None:
    log = Log(PARTITION)
    records = [log.append(submit_initiative(DISTRICT)) for _ in range(3)]
    forged = log.write(changed(records[1].value or b"", {"chain": "0" * 32}))

    assert read(NOWHERE, records) is not None
    assert read(NOWHERE, [records[0], forged, records[2]]) is None


def test_numbers_that_follow_each_other_and_not_the_place_are_seen() -> None:
    log = Log(PARTITION)
    records = [log.append(submit_initiative(DISTRICT)) for _ in range(3)]
    shifted = [log.write(changed(it.value or b"", {"sequence": nth})) for nth, it in enumerate(records, 2)]

    assert read(NOWHERE, records) is not None
    assert read(NOWHERE, shifted) is None


def test_chains_that_are_right_only_when_put_together_are_seen() -> None:
    log = Log(PARTITION)
    records = [log.append(submit_initiative(DISTRICT)) for _ in range(2)]
    one, other = (orjson.loads(record.value or b"")["chain"] for record in records)
    parted = [
        log.write(changed(record.value or b"", {"chain": chain}))
        for record, chain in zip(records, [one[:30], one[30:] + other], strict=True)
    ]

    assert read(NOWHERE, parted) is None


@pytest.mark.parametrize(
    "other",
    [
        *(b'"' + b"x" * ORDINARY + b'"', b"9" * ORDINARY, b'"\xff"', b'"\\ud800"'),
        *(b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST, b"[" * DEEPEST + b"]" * DEEPEST),
    ],
    ids=["large", "number", "no text", "no character", "objects", "arrays"],
)
def test_what_nobody_asked_for_is_not_read_if_the_strict_form_might_refuse_it(other: bytes) -> None:
    log = Log(PARTITION)
    good = log.append(submit_initiative(DISTRICT)).value or b""

    assert read(NOWHERE, [log.write(b'{"other": ' + other + b"," + good[1:])]) is None
    assert read(NOWHERE, [log.write(b'{"other": {"a": "b"},' + good[1:])]) is not None


# ---- what is copied ----
async def taken(pool: Pool, log: Log) -> None:
    stream = Stream(InitiativeEvent.topic, PARTITION)
    async with pool.acquire() as db:
        place = await inbox.place_of(db, READER, stream)
    outcome = await taking.take(pool, READER, stream, log.records[place.mark :])
    assert outcome.place.mark == log.sequence


async def counted(pool: Pool) -> tuple[int, int]:
    """How many facts there are, and what the hours come to."""
    facts = await pool.fetchval("SELECT count(*) FROM fact")
    return facts, int(await pool.fetchval("SELECT coalesce(sum(n), 0) FROM counter WHERE family = 'hour'"))


async def test_a_new_fact_that_is_known_already_is_counted_once_and_its_neighbours_too(metrics: Pool) -> None:
    log = Log(PARTITION)
    event = submit_initiative(DISTRICT)
    log.append(event)
    await taken(metrics, log)
    for again in (event, submit_initiative(DISTRICT), event, submit_initiative(DISTRICT)):
        log.append(again)

    await taken(metrics, log)

    assert await counted(metrics) == (3, 3)


async def test_what_was_decided_within_the_batch_or_before_it_stands_as_decided(metrics: Pool) -> None:
    log = Log(PARTITION)
    before, within, untouched = (submit_initiative(DISTRICT) for _ in range(3))
    log.append(before)
    await taken(metrics, log)
    decided = {"status": "determined", "decided_by": "group", "in_time": False, "version": 2}
    for event in (within, untouched):
        log.append(event)
    for event in (before, within):
        log.append(InitiativeDetermined.model_validate(event.model_dump() | decided))

    await taken(metrics, log)

    rows = await metrics.fetch("SELECT status, version, in_time FROM fact ORDER BY version")
    assert [tuple(row) for row in rows] == [("submitted", 1, None), *[("determined", 2, False)] * 2]
    assert await counted(metrics) == (3, 3)


async def held_up(database: Database, kind: str, call: Callable[[Db], Awaitable[object]]) -> object:
    """What a call comes to that another transaction holds up for longer than a statement may take."""
    everything = {"app.municipalities": "*", "search_path": "figures, public"}
    settings = database.settings(kind, statement_timeout=0.2)
    owner = await asyncpg.connect(database.dsn("owner"))
    async with open_pool(settings, server_settings=everything) as pool, pool.acquire() as db:
        async with owner.transaction():
            await owner.execute("LOCK TABLE figures.fact, figures.counter")
            waiting = asyncio.ensure_future(call(db))
            await asyncio.sleep(0.5)
        found = await waiting
    await owner.close()
    return found


async def test_a_stream_is_dropped_even_if_that_takes_longer_than_a_statement_may(
    metrics: Pool, metrics_database: Database
) -> None:
    log = Log(PARTITION)
    log.append(submit_initiative(DISTRICT))
    await taken(metrics, log)

    await held_up(metrics_database, "worker", lambda db: figures.drop(db, STREAM))

    assert await counted(metrics) == (0, 0)


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(lambda db: figures.totals_of_stream(db, "spring", STREAM), id="stream"),
        pytest.param(lambda db: figures.lives(db, "spring"), id="lives"),
        pytest.param(lambda db: figures.hours(db, "spring", "2026"), id="hours"),
        pytest.param(lambda db: figures.by_day(db, "spring"), id="days"),
    ],
)
async def test_a_live_view_begins_even_if_its_figures_take_longer_than_a_statement_may(
    metrics_database: Database, reading: Callable[[Db], Awaitable[object]]
) -> None:
    assert await held_up(metrics_database, "web", reading) is not None


# ---- who may what with the table behind ----
BEHIND = ("figures.fact_row", "spare.fact_row")


@pytest.mark.parametrize("table", BEHIND)
@pytest.mark.parametrize("what", ["SELECT count(*) FROM {}", "DELETE FROM {}", "UPDATE {} SET version = 9"])
@pytest.mark.parametrize("kind", ["web", "worker"])
async def test_nobody_reads_or_changes_the_facts_behind_their_row_security(
    metrics_database: Database, kind: str, what: str, table: str
) -> None:
    db = await asyncpg.connect(metrics_database.dsn(kind))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(what.format(table))
    finally:
        await db.close()


async def test_the_facts_show_nothing_to_whoever_may_see_no_municipality(
    metrics: Pool, metrics_database: Database
) -> None:
    log = Log(PARTITION)
    log.append(submit_initiative(DISTRICT))
    await taken(metrics, log)
    seen = {}
    for codes in ("", OKRUG, f"{OKRUG},{DISTRICT}", "*"):
        db = await asyncpg.connect(
            metrics_database.dsn("worker"), server_settings={"app.municipalities": codes}
        )
        seen[codes] = await db.fetchval("SELECT count(*) FROM figures.fact")
        await db.close()

    assert seen == {"": 0, OKRUG: 0, f"{OKRUG},{DISTRICT}": 1, "*": 1}


@pytest.mark.parametrize(
    "given",
    ["SELECT ON {} TO metrics_worker", "UPDATE ON {} TO metrics_web", "SELECT (id) ON {} TO PUBLIC"],
    ids=["read", "write", "column"],
)
async def test_the_worker_does_not_start_where_more_than_an_insert_is_allowed_behind(
    metrics_database: Database, given: str
) -> None:
    unforced = queries.load("services.chassis", "worker.sql").unforced_tenant_tables
    owner = await asyncpg.connect(metrics_database.dsn("owner"))
    try:
        async with owner.transaction():
            assert await owner.fetch(unforced) == []
            await owner.execute(f"GRANT {given.format(BEHIND[0])}")
            assert [row["relname"] for row in await owner.fetch(unforced)] == ["fact_row"]
            raise Undone
    except Undone:
        pass
    finally:
        await owner.close()


class Undone(Exception):
    """Raised to leave a transaction without its changes."""
