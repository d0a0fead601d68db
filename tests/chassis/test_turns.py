"""Turns: heavy work is done a few at a time, and a flood is told to come again."""

import asyncio

import pytest

from services.chassis.errors import Unavailable
from services.chassis.process.turns import Turns


async def test_so_many_work_so_many_wait_and_the_rest_comes_again() -> None:
    turns, go, working = Turns(2, 3), asyncio.Event(), list[int]()

    async def work(nth: int) -> int:
        async with turns.turn():
            working.append(nth)
            await go.wait()
        return nth

    tasks = [asyncio.create_task(work(nth)) for nth in range(4)]
    await asyncio.sleep(0)
    began = list(working)
    with pytest.raises(Unavailable):
        await tasks[3]
    go.set()

    assert began == [0, 1]
    assert await asyncio.gather(*tasks[:3]) == [0, 1, 2]
    assert await work(5) == 5, "every place is free again"
