"""A parked record is repeated: applied once, counted as applied, and never out of its epoch."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from asyncpg import Pool

from contracts.initiatives import EVENTS, InitiativeEvent
from services.chassis.db import set_aside
from services.chassis.db.pool import Db
from services.chassis.streams import inbox, replay
from services.chassis.streams.inbox import Reader, by_type
from services.chassis.streams.tail import Stream
from services.chassis.web.problems import Sentences
from tests.chassis.test_inbox import STREAM, Log, log_of
from tests.factories import submit_initiative

refused, applied = set[str](), list[str]()


async def apply(_: Db, __: Stream, events: Sequence[Any]) -> None:
    if any(event.direction in refused for event in events):
        raise ValueError("cannot be applied")
    applied.extend(event.direction for event in events)


async def forget(_: Db, __: Stream) -> None:
    applied.clear()


READER = Reader("test", InitiativeEvent.topic, by_type(EVENTS), apply, forget)


@pytest.fixture(autouse=True)
async def opened(intake: Pool) -> None:
    applied.clear()
    refused.clear()
    refused.add("bad")
    async with intake.acquire() as db:
        await inbox.place_of(db, READER, STREAM)


async def take(pool: Pool, log: Log) -> None:
    async with pool.acquire() as db, db.transaction():
        await inbox.take_carefully(db, READER, STREAM, log.records)


async def entries(pool: Pool) -> list[set_aside.Entry]:
    async with pool.acquire() as db:
        return (await set_aside.listed(db, 10))[0]


async def repeat(pool: Pool, id_: UUID) -> None:
    async with pool.acquire() as db:
        await set_aside.ask_again(db, id_, datetime.now(UTC))
    assert await set_aside.retry_next(pool, [replay.kind([READER])], Sentences())


async def counts(pool: Pool) -> tuple[int, int, int]:
    row = await pool.fetchrow("SELECT mark, applied, parked FROM inbox")
    assert row is not None
    return row["mark"], row["applied"], row["parked"]


@pytest.fixture
async def parked(intake: Pool) -> Log:
    """Three records of which the middle one cannot be applied."""
    log = Log()
    for direction in ("one", "bad", "three"):
        log.append(submit_initiative(direction=direction))
    await take(intake, log)
    return log


async def test_a_parked_record_is_listed_without_what_it_held(intake: Pool, parked: Log) -> None:
    [entry] = await entries(intake)

    assert (entry.kind, entry.subject) == ("event", f"{STREAM.topic} [{STREAM.partition}] № 2")
    assert entry.reason == "Запись не применить: ValueError."


async def test_a_record_that_can_be_applied_now_is_applied_once(intake: Pool, parked: Log) -> None:
    [entry] = await entries(intake)
    assert await counts(intake) == (3, 2, 1)
    refused.clear()

    await repeat(intake, entry.id)
    await take(intake, parked)

    assert applied == ["one", "three", "bad"]
    assert await counts(intake) == (3, 3, 0)
    assert await entries(intake) == []


async def test_a_record_that_still_cannot_be_applied_stays(intake: Pool, parked: Log) -> None:
    [entry] = await entries(intake)

    await repeat(intake, entry.id)

    [again] = await entries(intake)
    assert (again.attempts, again.asked_at) == (2, None)
    assert again.reason == "Повторить не удалось: ошибка ValueError."
    assert (applied, await counts(intake)) == (["one", "three"], (3, 2, 1))
    assert await intake.fetchval("SELECT count(*) FROM dead_letter WHERE replayed_at IS NULL") == 1


async def test_a_record_of_an_earlier_epoch_is_not_applied_any_more(intake: Pool, parked: Log) -> None:
    [entry] = await entries(intake)
    parked.begin_epoch()
    await take(intake, parked)
    refused.clear()

    await repeat(intake, entry.id)

    assert (applied, await entries(intake)) == ([], [])
    assert await counts(intake) == (1, 1, 0)


async def test_a_record_that_nobody_can_read_stays(intake: Pool) -> None:
    log = log_of(1)
    log.raw(b"{broken")
    await take(intake, log)
    [entry] = await entries(intake)

    await repeat(intake, entry.id)

    [again] = await entries(intake)
    assert "не читается" in again.reason


async def test_a_record_that_no_reader_wants_says_so(intake: Pool, parked: Log) -> None:
    [entry] = await entries(intake)
    await intake.execute("UPDATE dead_letter SET reader = 'former'")

    await repeat(intake, entry.id)

    assert "никто не читает" in (await entries(intake))[0].reason


async def test_nothing_is_repeated_that_nobody_asked_for(intake: Pool, parked: Log) -> None:
    refused.clear()

    assert not await set_aside.retry_next(intake, [replay.kind([READER])], Sentences())
    assert applied == ["one", "three"]
