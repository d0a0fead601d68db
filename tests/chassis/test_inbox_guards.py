"""The guards of the apply transaction, taken out one by one: the next catches what the last let through."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
from asyncpg import CheckViolationError, Pool

from contracts.event import Event
from contracts.initiatives import EVENTS
from services.chassis.db.pool import Db
from services.chassis.streams import inbox
from services.chassis.streams.inbox import Misplaced, Reader, by_type
from services.chassis.streams.kafka import Record
from services.chassis.streams.tail import Stream
from tests.chassis.test_inbox import STREAM, log_of
from tests.databases import Database

WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')"
COUNT = 5


class Race:
    """Two workers take the same records; the late one has read its place before the early one commits."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._late_has_read, self._early_is_done = asyncio.Event(), asyncio.Event()
        self.applied: list[Event] = []

    async def run(self) -> None:
        """Raises what stops the late worker."""
        records = log_of(COUNT).records
        async with self._pool.acquire() as db:
            await inbox.place_of(db, self._reader(self._apply_early), STREAM)
        early = asyncio.create_task(self._take_early(records))
        await self._take(self._reader(self._apply_late), records)
        await early

    def _reader(self, apply: inbox.Apply) -> Reader:
        return Reader("test", STREAM.topic, by_type(EVENTS), apply, self._forget)

    async def _take(self, reader: Reader, records: Sequence[Record]) -> None:
        async with self._pool.acquire() as db, db.transaction():
            await inbox.take(db, reader, STREAM, records)

    async def _take_early(self, records: Sequence[Record]) -> None:
        await self._late_has_read.wait()
        await self._take(self._reader(self._apply_early), records)
        self._early_is_done.set()

    async def _apply_early(self, _: Db, __: Stream, events: Sequence[Event]) -> None:
        self.applied.extend(events)

    async def _apply_late(self, _: Db, __: Stream, events: Sequence[Event]) -> None:
        self._late_has_read.set()
        while not (self._early_is_done.is_set() or await self._pool.fetchval(WAITING)):
            await asyncio.sleep(0)
        self.applied.extend(events)

    async def _forget(self, _: Db, __: Stream) -> None:
        self.applied.clear()


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "lock", "FOR UPDATE")


@pytest.fixture
def unconditional(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "move", "AND epoch = $4 AND mark = $5", "AND $4::int >= 0 AND $5::bigint >= 0")


@pytest.fixture
async def unchecked(intake: Pool, intake_database: Database) -> AsyncIterator[None]:
    owner = await asyncpg.connect(intake_database.dsn("owner"))
    await owner.execute("ALTER TABLE inbox DROP CONSTRAINT inbox_check")
    yield
    await owner.execute("TRUNCATE inbox")
    await owner.execute("ALTER TABLE inbox ADD CONSTRAINT inbox_check CHECK (mark = applied + parked)")
    await owner.close()


def without(monkeypatch: pytest.MonkeyPatch, name: str, guard: str, instead: str = "") -> None:
    """Take a guard out of a query; a guard that is not there is an error of the test."""
    query: str = getattr(inbox.sql, name)
    assert guard in query
    monkeypatch.setattr(inbox.sql, name, query.replace(guard, instead))


async def test_with_every_guard_each_record_is_applied_once(intake: Pool) -> None:
    race = Race(intake)

    await race.run()

    assert len(race.applied) == COUNT


async def test_without_the_lock_the_compare_and_set_refuses(intake: Pool, unlocked: None) -> None:
    with pytest.raises(Misplaced):
        await Race(intake).run()


async def test_without_the_compare_and_set_the_check_refuses(
    intake: Pool, unlocked: None, unconditional: None
) -> None:
    with pytest.raises(CheckViolationError):
        await Race(intake).run()


async def test_without_all_three_each_record_is_counted_twice(
    intake: Pool, unlocked: None, unconditional: None, unchecked: None
) -> None:
    race = Race(intake)

    await race.run()

    assert len(race.applied) == 2 * COUNT
