"""What of a batch is applied, and that it is applied exactly once."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import orjson
import pytest
from aiokafka import ConsumerRecord
from asyncpg import CheckViolationError, Pool

from contracts import streams
from contracts.event import Event, StreamOpened
from contracts.initiatives import EVENTS, InitiativeEvent
from services.chassis.db.pool import Db
from services.chassis.streams import inbox, wire
from services.chassis.streams.inbox import Outcome, Place, Reader, by_type
from services.chassis.streams.kafka import Record
from services.chassis.streams.tail import Stream
from tests.factories import submit_initiative

STREAM = Stream(InitiativeEvent.topic, 3)
START = Place(0, 0, "", 0)


class Log:
    """A partition as the reader sees it: numbered, chained records."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.epoch, self.sequence, self.chain = 1, 0, ""

    def append(self, event: Event, *, type_: str | None = None, data: object = None) -> None:
        event_id, self.sequence = uuid4(), self.sequence + 1
        self.chain = streams.link(self.chain, event_id)
        body = data if data is not None else event.model_dump(mode="json")
        self.raw(self.envelope(event_id, type_ or event.type, self.sequence, self.chain, body))

    def envelope(self, event_id: UUID, type_: str, sequence: int, chain: str, data: object) -> bytes:
        return orjson.dumps(
            {
                "id": str(event_id),
                "type": type_,
                "epoch": self.epoch,
                "sequence": sequence,
                "chain": chain,
                "data": data,
            }
        )

    def raw(self, value: bytes) -> None:
        offset = len(self.records)
        self.records.append(
            ConsumerRecord(STREAM.topic, STREAM.partition, offset, 0, 0, None, value, None, 0, 0, ())
        )

    def begin_epoch(self) -> None:
        self.epoch, self.sequence, self.chain = self.epoch + 1, 0, ""
        self.append(StreamOpened(version=1))


def log_of(count: int) -> Log:
    log = Log()
    for _ in range(count):
        log.append(submit_initiative())
    return log


def look(records: Sequence[Record], place: Place = START) -> tuple[Outcome, int]:
    outcome, todo = inbox.in_order(place, records, wire.decode([record.value for record in records]))
    return outcome, len(todo)


def test_records_in_order_are_applied_and_move_the_mark() -> None:
    outcome, todo = look(log_of(3).records)

    assert todo == 3
    assert outcome.place[:2] == (1, 3)
    assert outcome.place.next_offset == 3


def test_what_is_known_is_skipped() -> None:
    log = log_of(3)
    known, _ = look(log.records)

    outcome, todo = look([*log.records, *log.records], known.place)

    assert (todo, outcome.duplicates) == (0, 6)


def test_above_a_gap_nothing_is_applied() -> None:
    records = log_of(5).records
    del records[2]

    outcome, todo = look(records)

    assert todo == 2
    assert outcome.gap == (1, 3)


def test_a_number_whose_chain_does_not_continue_is_a_gap() -> None:
    one, other = log_of(3), log_of(3)

    outcome, todo = look([*one.records[:1], *other.records[1:]])

    assert todo == 1
    assert outcome.gap == (1, 2)
    assert outcome.broken_chain


def test_a_higher_epoch_at_number_one_begins_anew() -> None:
    log = log_of(3)
    log.begin_epoch()
    log.append(submit_initiative())

    outcome, todo = look(log.records)

    assert outcome.reset
    assert outcome.place[:2] == (2, 2)
    assert todo == 2


def test_a_higher_epoch_at_another_number_is_a_gap() -> None:
    log = log_of(2)
    before, _ = look(log.records)
    log.begin_epoch()
    log.append(submit_initiative())

    outcome, todo = look(log.records[3:], before.place)

    assert todo == 0
    assert outcome.gap == (2, 1)


def test_a_lower_epoch_is_ignored() -> None:
    log = log_of(2)
    log.begin_epoch()
    now, _ = look(log.records)

    outcome, todo = look(log_of(5).records, now.place)

    assert (todo, outcome.gap) == (0, None)


# ---- in the database ----
applied: list[Event] = []


async def remember(_: Db, __: Stream, events: Sequence[Event]) -> None:
    if any(event.subject == "bad" for event in events):
        raise ValueError("a record that cannot be applied")
    applied.extend(events)


async def forget(_: Db, __: Stream) -> None:
    applied.clear()


READER = Reader("test", InitiativeEvent.topic, by_type(EVENTS), remember, forget)


async def take(pool: Pool, records: Sequence[Record]) -> Outcome:
    async with pool.acquire() as db, db.transaction():
        return await inbox.take(db, READER, STREAM, records)


async def take_carefully(pool: Pool, records: Sequence[Record]) -> Outcome:
    async with pool.acquire() as db, db.transaction():
        return await inbox.take_carefully(db, READER, STREAM, records)


@pytest.fixture(autouse=True)
async def opened(intake: Pool) -> None:
    applied.clear()
    async with intake.acquire() as db:
        await inbox.place_of(db, READER, STREAM)


async def test_a_batch_taken_twice_is_applied_once(intake: Pool) -> None:
    records = log_of(4).records

    await take(intake, records)
    again = await take(intake, records)

    assert len(applied) == 4
    assert again.duplicates == 4
    assert list(map(tuple, await intake.fetch("SELECT mark, applied, parked FROM inbox"))) == [(4, 4, 0)]


async def test_two_readers_at_once_apply_each_record_once(intake: Pool) -> None:
    records = log_of(50).records

    await asyncio.gather(*(take(intake, records) for _ in range(8)))

    assert len(applied) == 50


async def test_an_unknown_type_moves_the_mark_and_changes_nothing(intake: Pool) -> None:
    log = log_of(1)
    log.append(submit_initiative(), type_="dialogue.initiative.praised.v1")

    outcome = await take(intake, log.records)

    assert (outcome.unknown, len(applied)) == (1, 1)
    assert outcome.place.mark == 2


async def test_a_bad_record_is_parked_and_those_around_it_are_applied(intake: Pool) -> None:
    log = log_of(1)
    log.append(submit_initiative(), data={"id": "not-an-initiative"})
    log.append(submit_initiative())

    with pytest.raises(ValueError, match="validation error"):
        await take(intake, log.records)
    outcome = await take_carefully(intake, log.records)

    assert (outcome.applied, outcome.parked, len(applied)) == (2, 1, 2)
    [letter] = await intake.fetch("SELECT epoch, seq, reason FROM dead_letter")
    assert (letter["epoch"], letter["seq"]) == (1, 2)
    assert "not-an-initiative" not in letter["reason"]


async def test_an_unreadable_record_is_set_aside_without_a_number(intake: Pool) -> None:
    log = log_of(1)
    log.raw(b"{broken")
    log.append(submit_initiative())

    outcome = await take(intake, log.records)
    await take(intake, log.records)

    assert outcome.place.mark == 2
    assert await intake.fetchval("SELECT count(*) FROM dead_letter WHERE seq IS NULL") == 1


async def test_a_new_epoch_drops_what_the_stream_had_told(intake: Pool) -> None:
    log = log_of(3)
    await take(intake, log.records)
    log.begin_epoch()
    log.append(submit_initiative())

    await take(intake, log.records)

    assert len(applied) == 1
    assert list(map(tuple, await intake.fetch("SELECT epoch, mark, applied FROM inbox"))) == [(2, 2, 2)]


async def test_the_mark_cannot_move_without_what_was_applied(intake: Pool) -> None:
    with pytest.raises(CheckViolationError):
        await intake.execute("UPDATE inbox SET mark = mark + 1")
