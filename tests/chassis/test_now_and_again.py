"""Works that look again and again: a lost database is waited for, anything else is a fault."""

import asyncio
from collections.abc import Callable

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool


async def until(done: Callable[[], bool], work: asyncio.Task[None]) -> None:
    """Wait, and end the work then."""
    async with asyncio.timeout(10):
        while not done() and not work.done():
            await asyncio.sleep(0.01)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


async def test_a_look_that_loses_the_database_is_told_and_the_next_one_does_it(hierarchy: Pool) -> None:
    looks, found = 0, list[int]()

    async def look() -> None:
        nonlocal looks
        looks += 1
        async with hierarchy.acquire() as db:
            if looks == 1:
                await db.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            found.append(await db.fetchval("SELECT 1"))

    with capture_logs() as logs:
        await until(lambda: len(found) == 2, asyncio.create_task(now_and_again(look, 0.01, "it_waits")))

    assert looks == 3
    assert [(each["event"], each["log_level"]) for each in logs] == [("it_waits", "warning")]


@pytest.mark.parametrize(
    "lost", [OSError(), TimeoutError(), asyncpg.InterfaceError("x"), asyncpg.TooManyConnectionsError("x")]
)
async def test_any_way_to_lose_it_is_waited_for(lost: Exception) -> None:
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        raise lost

    with capture_logs() as logs:
        await until(lambda: looks == 3, asyncio.create_task(now_and_again(look, 0.01, "it_waits")))

    assert {each["error"] for each in logs} == {type(lost).__name__}


async def test_another_fault_is_no_lost_database() -> None:
    async def look() -> None:
        raise KeyError("a mistake")

    async with asyncio.timeout(10):
        with pytest.raises(KeyError):
            await now_and_again(look, 0.01, "it_waits")


async def test_between_two_looks_it_pauses() -> None:
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1

    work = asyncio.create_task(now_and_again(look, 60, "it_waits"))
    await asyncio.sleep(0.1)
    await until(lambda: True, work)

    assert looks == 1
