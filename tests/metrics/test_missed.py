"""An announcement of the roll-up that nobody heard is noticed, and one that was heard is not looked for."""

from collections.abc import AsyncIterator
from itertools import pairwise
from typing import TypeAlias

import pytest
from asyncpg import Pool

from contracts.initiatives import InitiativeEvent
from contracts.streams import partition_of
from services.chassis.db import notify
from services.chassis.db.notify import Heard
from services.chassis.streams import inbox
from services.chassis.streams.tail import Stream
from services.metrics.events import rollup
from services.metrics.events.missed import Missed, follow
from services.metrics.stating.counters import Outlet
from tests.databases import Database
from tests.factories import DISTRICT
from tests.metrics.told import Topics, submitted

STREAM = Stream(InitiativeEvent.topic, partition_of(DISTRICT))


Place: TypeAlias = tuple[int, int]


def step(before: Place, after: Place, reader: str = rollup.READER, stream: Stream = STREAM) -> Heard:
    return Heard(inbox.CHANNEL, " ".join(map(str, (reader, *stream, *before, *after))))


def announced(topics: Topics, reader: str = rollup.READER) -> Heard:
    epoch, mark, _ = topics.heads[STREAM]
    return step((0, 0), (epoch, mark), reader)


async def test_at_first_everything_was_missed_and_at_rest_nothing(metrics: Pool, topics: Topics) -> None:
    await topics.tell(*submitted(DISTRICT, 1))
    missed = Missed()

    assert [await missed.look(metrics) for _ in range(4)] == [True, False, False, False]


async def test_what_is_not_heard_for_a_second_time_was_missed(metrics: Pool, topics: Topics) -> None:
    missed = Missed()
    await missed.look(metrics)
    await topics.tell(*submitted(DISTRICT, 1))

    assert [await missed.look(metrics) for _ in range(4)] == [False, True, False, False]


@pytest.mark.parametrize("late", [False, True])
async def test_what_was_heard_at_last_was_not_missed(metrics: Pool, topics: Topics, late: bool) -> None:
    missed = Missed()
    await missed.look(metrics)
    await topics.tell(*submitted(DISTRICT, 2))

    found = [await missed.look(metrics)] if late else []
    assert await missed.take(metrics, [announced(topics)]) is not None
    found += [await missed.look(metrics) for _ in range(3)]

    assert not any(found)


async def test_a_database_that_is_away_for_a_moment_ends_no_hearing(
    metrics: Pool, topics: Topics, metrics_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, failures = Missed.look, iter("a")

    async def polls(*_: object) -> AsyncIterator[list[Heard] | None]:
        for bundle in (None, None, None, [announced(topics)]):
            yield bundle

    async def sometimes(self: Missed, pool: Pool) -> bool:
        if next(failures, None):
            raise ConnectionResetError
        return await look(self, pool)

    monkeypatch.setattr(notify, "heard", polls)
    monkeypatch.setattr(Missed, "look", sometimes)
    await topics.tell(*submitted(DISTRICT, 1))

    told = [each async for each in Missed().heard(metrics_database.settings("worker"), metrics)]

    assert told == [None, [], [announced(topics)]]


async def test_the_marks_of_another_reader_say_nothing(metrics: Pool, topics: Topics) -> None:
    missed = Missed()
    await missed.look(metrics)
    await topics.tell(*submitted(DISTRICT, 1))
    await missed.take(metrics, [announced(topics, "metrics.rebuild")])

    assert [await missed.look(metrics) for _ in range(2)] == [False, True]


async def test_a_step_that_was_lost_is_missed_with_the_next_and_once(metrics: Pool, topics: Topics) -> None:
    missed = Missed()
    await missed.look(metrics)
    await topics.tell(*submitted(DISTRICT, 3))
    steps = [step((1, 1), (1, 2)), step((1, 2), (1, 3))]

    assert await missed.take(metrics, steps) is None
    for again in steps:
        assert await missed.take(metrics, [again]) == [again]
    assert [await missed.look(metrics) for _ in range(2)] == [False, False]


async def test_what_was_not_heard_is_missed_though_other_streams_are_heard_of(
    metrics: Pool, topics: Topics
) -> None:
    other = Stream(InitiativeEvent.topic, (STREAM.partition + 1) % 16)
    missed, found = Missed(), []
    await missed.look(metrics)
    await topics.tell(*submitted(DISTRICT, 1))
    await topics.take(other, *submitted(DISTRICT, 1))
    for before, after in pairwise(((0, 0), (1, 1), (1, 2), (1, 3))):
        await missed.take(metrics, [step(before, after, stream=other)])
        found.append(await missed.look(metrics))
        await topics.take(other, *submitted(DISTRICT, 1))

    assert found == [False, True, False]


async def test_figures_that_went_back_are_missed(metrics: Pool, topics: Topics) -> None:
    missed = Missed()
    await topics.tell(*submitted(DISTRICT, 2))
    await missed.look(metrics)
    await metrics.execute(
        "UPDATE inbox SET mark = 1, applied = 1 WHERE topic = $1 AND mark = 2", STREAM.topic
    )

    assert [await missed.look(metrics) for _ in range(2)] == [True, False]


def test_steps_are_followed_over_an_epoch_and_late_ones_are_no_news() -> None:
    marks = {STREAM: (1, 5)}

    assert follow(marks, [step((1, 5), (1, 7)), step((1, 7), (2, 3)), step((1, 4), (1, 5))])
    assert marks == {STREAM: (2, 3)}
    assert not follow(marks, [step((2, 4), (2, 5)), step((2, 5), (2, 6))])
    assert marks == {STREAM: (2, 3)}


async def test_counters_that_changed_while_nobody_listened_are_stated(
    metrics: Pool, topics: Topics, metrics_database: Database
) -> None:
    outlet = Outlet(metrics_database.settings("worker"), metrics)
    outlet._hear(await outlet._missed.take(metrics, None))
    outlet._changed = set()
    await topics.tell(*submitted(DISTRICT, 1))

    for _ in range(2):
        outlet._hear(await outlet._missed.take(metrics, None))

    assert outlet._changed is None
