"""The check that a result is told once can fail, and allows what had no number when an epoch began."""

from typing import Any

import asyncpg
import pytest
from asyncpg import Pool

from contracts.results import CheckpointFrozen, ResultEvent
from tests.chaos import checkpoints
from tests.metrics.told import DAY

SUBJECT = f"checkpoint:spring:13603000:{DAY}"
OPENED = "dialogue.stream.opened.v1"


class Whole:
    """The database of metrics alone."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def rows(self, _: str, query: str, *given: object) -> list[asyncpg.Record]:
        return list(await self._pool.fetch(query, *given))


async def tell(pool: Pool, type_: str = CheckpointFrozen.type) -> int:
    """A row of the outbox; its id."""
    statement = """INSERT INTO outbox
        (event_id, topic, partition, type, subject, partition_key, happened_at, data)
        VALUES (gen_random_uuid(), $1, 0, $2, $3, '13603000', now(), '{}') RETURNING id"""
    subject = SUBJECT if type_ == CheckpointFrozen.type else None
    return int(await pool.fetchval(statement, ResultEvent.topic, type_, subject))


async def number(pool: Pool, epoch: int, *rows: int) -> None:
    """Give rows the numbers of an epoch, in this order."""
    for seq, row in enumerate(rows, 1):
        await pool.execute(
            "INSERT INTO outbox_number VALUES ($1, 0, $2, $3, $4, '')", ResultEvent.topic, epoch, seq, row
        )


async def found(pool: Pool) -> list[str]:
    whole: Any = Whole(pool)
    return [sentence async for sentence in checkpoints._told(whole, DAY)]


async def test_once_in_each_epoch_is_right(metrics: Pool) -> None:
    await number(metrics, 1, await tell(metrics))
    await number(metrics, 2, await tell(metrics, OPENED), await tell(metrics))

    assert await found(metrics) == []


async def test_what_had_no_number_when_the_epoch_began_may_come_behind_its_opening(metrics: Pool) -> None:
    unnumbered = await tell(metrics)
    await number(metrics, 2, await tell(metrics, OPENED), await tell(metrics), unnumbered)

    assert await found(metrics) == []


@pytest.mark.parametrize("opened", [False, True])
async def test_twice_in_an_epoch_is_a_violation(metrics: Pool, opened: bool) -> None:
    before = [await tell(metrics, OPENED)] if opened else []
    await number(metrics, 2, *before, await tell(metrics), await tell(metrics))

    assert await found(metrics) == [f"{SUBJECT} was told 2 times"]


async def test_twice_before_the_opening_is_one_too(metrics: Pool) -> None:
    before = await tell(metrics), await tell(metrics)
    await number(metrics, 2, await tell(metrics, OPENED), *before)

    assert await found(metrics) == [f"{SUBJECT} was told 2 times"]
