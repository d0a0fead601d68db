"""A background work that fails is run anew; the others, and the process, go on."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import pairwise

import pytest
from prometheus_client import REGISTRY

from services.chassis.process.background import Pauses, Work, name_of
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.selfcheck import SelfCheckFailed

HASTY = Pauses(first=0.01, longest=0.04, calm=0.2)


async def until(is_true: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not is_true():
            await asyncio.sleep(0.005)


def restarts(name: str) -> float:
    return REGISTRY.get_sample_value("background_restarts_total", {"work": name}) or 0.0


def failing(times: list[float], then: Callable[[int], Awaitable[None]]) -> Work:
    """A work that notes when it begins, does `then` with the number of its run, and fails."""

    async def fails() -> None:
        times.append(asyncio.get_running_loop().time())
        await then(len(times))
        raise RuntimeError("a bug of this work alone")

    return fails


async def at_once(_: int) -> None:
    return None


async def test_a_work_that_fails_is_run_anew_and_the_others_go_on() -> None:
    lifetime, times, turns = Lifetime(HASTY), list[float](), list[int]()
    name = name_of(failing(times, at_once))
    before = restarts(name)

    async def goes_on() -> None:
        while True:
            turns.append(len(times))
            await asyncio.sleep(0.005)

    async with lifetime.background(failing(times, at_once), goes_on):
        await until(lambda: len(times) > 3)
        seen = len(turns)
        await until(lambda: len(turns) > seen + 3)

    assert not lifetime.stopping.is_set()
    assert lifetime.exit_code == 0
    assert restarts(name) - before >= 3


async def test_the_pauses_grow_up_to_the_longest() -> None:
    lifetime, times = Lifetime(HASTY), list[float]()

    async with lifetime.background(failing(times, at_once)):
        await until(lambda: len(times) > 5)

    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert all(gap >= pause for gap, pause in zip(gaps, (0.01, 0.02, 0.04, 0.04, 0.04), strict=False))
    assert [HASTY.after(faults) for faults in (1, 2, 3, 4, 1000)] == [0.01, 0.02, 0.04, 0.04, 0.04]


async def test_a_run_that_went_well_for_a_while_begins_the_pauses_anew() -> None:
    lifetime, times = Lifetime(Pauses(first=0.01, longest=30, calm=0.1)), list[float]()

    async def well_in_every_third_run(nth: int) -> None:
        if nth % 3 == 0:
            await asyncio.sleep(0.15)

    # Without a new beginning the pauses would add up to more than a minute.
    async with lifetime.background(failing(times, well_in_every_third_run)):
        await until(lambda: len(times) > 12)


async def test_a_work_that_fails_again_and_again_is_named_and_forgotten_once_it_runs_well() -> None:
    lifetime, times, mended = Lifetime(HASTY), list[float](), asyncio.Event()

    async def until_mended(nth: int) -> None:
        if mended.is_set():
            await asyncio.Event().wait()

    async with lifetime.background(failing(times, until_mended)):
        assert await lifetime.works() is None
        await until(lambda: len(times) > 3)
        assert await lifetime.works() == "fails again and again: failing.<locals>.fails"

        mended.set()
        await asyncio.sleep(0.5)

        assert await lifetime.works() is None


async def test_a_cancellation_that_escapes_from_a_library_is_a_fault_of_the_work() -> None:
    lifetime, runs = Lifetime(HASTY), list[None]()

    async def awaits_what_is_cancelled() -> None:
        runs.append(None)
        inner = asyncio.create_task(asyncio.sleep(60))
        asyncio.get_running_loop().call_soon(inner.cancel)
        await inner

    async with lifetime.background(awaits_what_is_cancelled):
        await until(lambda: len(runs) > 2)

    assert not lifetime.stopping.is_set()


async def ends() -> None:
    return None


async def finds_a_topic_wrong() -> None:
    raise SelfCheckFailed("the topic keeps seven days")


@pytest.mark.parametrize("work", [ends, finds_a_topic_wrong])
async def test_a_work_that_ends_or_finds_that_the_process_must_not_run_ends_the_process(work: Work) -> None:
    lifetime = Lifetime(HASTY)

    async with lifetime.background(work), asyncio.timeout(5):
        await lifetime.stopping.wait()

    assert lifetime.exit_code == 1


async def test_a_work_in_its_pause_ends_at_once_with_the_process() -> None:
    lifetime, times = Lifetime(Pauses(first=60)), list[float]()

    async with asyncio.timeout(5):
        async with lifetime.background(failing(times, at_once)):
            await until(lambda: times)
            await asyncio.sleep(0.02)


def test_a_work_is_named_by_what_it_does_and_for_whom() -> None:
    class Reader:
        name = "metrics.keys"

        async def tend(self) -> None:
            return None

    assert name_of(partial(ends)) == "ends"
    assert name_of(Reader().tend).endswith("Reader.tend metrics.keys")
