"""Work of which nothing is sure is done by a child that cannot take us with it."""

import asyncio
import io
from dataclasses import replace

import psutil
import pytest
import xlsxwriter

from services.chassis.errors import Unavailable
from services.chassis.process import confined
from services.chassis.process.bounded import Bounds, Broken, Workbench
from services.chassis.tables import sheets
from services.hierarchy.core.domain import outlines

BOUNDS = Bounds(memory=700_000_000, cpu=20, seconds=60, answer=1_000_000)
SLOW = b"- {a: 1, b: [2, 3], c: {d: 4}}\n" * 300_000
"""Some minutes of work."""


def workbook(row: int, column: int) -> bytes:
    """A workbook with two cells, the second of them here (counted from 0)."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "Код")
        sheet.write_string(row, column, " ")
    return content.getvalue()


def children() -> list[psutil.Process]:
    """The children that do bounded work, also those that ended and were not waited for."""
    return [child for child in psutil.Process().children() if is_confined(child)]


def is_confined(child: psutil.Process) -> bool:
    try:
        return confined.__file__ in child.cmdline()
    except psutil.ZombieProcess:
        return True
    except psutil.NoSuchProcess:
        return False


async def test_the_answer_is_what_the_function_returns() -> None:
    answer = await Workbench(sheets.read, BOUNDS, 1, 1).done(b"a;b\n1;2\n")

    assert answer == sheets.read(b"a;b\n1;2\n")


@pytest.mark.parametrize(
    ("bounds", "content"),
    [
        (BOUNDS, workbook(1_048_575, 16_383)),
        (replace(BOUNDS, memory=200_000_000), workbook(1_048_575, 20)),
        (replace(BOUNDS, answer=1000), b"a;b\n" * 10_000),
    ],
    ids=["it aborts", "too little memory", "too long an answer"],
)
async def test_a_child_that_exceeds_its_bounds_ends_alone(bounds: Bounds, content: bytes) -> None:
    bench = Workbench(sheets.read, bounds, 1, 1)

    with pytest.raises(Broken):
        await bench.done(content)

    assert not children()
    assert await bench.done(b"a") == sheets.read(b"a"), "the next one is done"


async def test_a_child_that_computes_for_too_long_is_ended() -> None:
    with pytest.raises(Broken, match="ended with -"):
        await Workbench(outlines.outline, replace(BOUNDS, cpu=1), 1, 1).done(SLOW)


async def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(TimeoutError):
        await Workbench(outlines.outline, replace(BOUNDS, seconds=0.5), 1, 1).done(SLOW)

    assert not children()


async def test_a_child_whose_asker_is_gone_is_ended() -> None:
    task = asyncio.create_task(Workbench(outlines.outline, BOUNDS, 1, 1).done(SLOW))
    while not children():
        await asyncio.sleep(0.05)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not children()


async def test_more_than_may_wait_are_told_to_come_again() -> None:
    bench = Workbench(outlines.outline, BOUNDS, 1, 2)
    tasks = [asyncio.create_task(bench.done(SLOW)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable):
        await bench.done(b"a: 1")

    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_child_has_no_more_memory_and_time_than_it_may() -> None:
    task = asyncio.create_task(Workbench(outlines.outline, BOUNDS, 1, 1).done(SLOW))
    while not (found := children()) or found[0].rlimit(psutil.RLIMIT_AS)[1] != BOUNDS.memory:
        await asyncio.sleep(0.05)

    assert found[0].rlimit(psutil.RLIMIT_CPU) == (BOUNDS.cpu, BOUNDS.cpu)
    assert found[0].rlimit(psutil.RLIMIT_FSIZE) == (0, 0)

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_DATABASE_PASSWORD", "secret")
    task = asyncio.create_task(Workbench(outlines.outline, BOUNDS, 1, 1).done(SLOW))
    while not children():
        await asyncio.sleep(0.05)

    [child] = children()
    seen = child.environ()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert "APP_DATABASE_PASSWORD" not in seen
