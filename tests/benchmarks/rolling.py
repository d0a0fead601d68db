"""Events per second from Kafka into committed counters, by the worker and by a rebuild."""

import asyncio
import time

from contracts.initiatives import InitiativeEvent
from tests.benchmarks.costs import Cost, Spent, spent
from tests.installation import Installation, Process

WORKER = Process("metrics", "worker")
COUNTED = "SELECT coalesce(sum(mark), 0) FROM inbox WHERE reader = 'metrics.rollup' AND topic = $1"


async def roll_up(whole: Installation, n: int, *through: str, workers: int = 1) -> tuple[float, Cost]:
    """Start metrics' workers on the backlog, through another module if given; events per second between the
    first and the last commit, and what each cost."""
    started = [WORKER._replace(nth=nth) for nth in range(1, workers + 1)]
    for worker in started:
        whole.spawn(worker, *through)
    before = Spent()
    seen: list[tuple[float, int]] = []
    while not seen or seen[-1][1] < n:
        ((mark,),) = await whole.rows("metrics", COUNTED, InitiativeEvent.topic)
        if mark and not seen:
            before = await spent(whole, *started)
        if mark and (not seen or mark != seen[-1][1]):
            seen.append((time.monotonic(), int(mark)))
        await asyncio.sleep(0.05)
    (began, first), (ended, last) = seen[0], seen[-1]
    cost = (await spent(whole, *started)).since(before, last - first)
    return (last - first) / (ended - began), cost


async def rebuild(whole: Installation, n: int) -> float:
    """Events per second replayed into the spare table set while the worker and the live view serve."""
    began = time.monotonic()
    done = await asyncio.to_thread(whole.run, "metrics", "rebuild", kind="owner")
    assert done.returncode == 0, done.stdout + done.stderr
    return n / (time.monotonic() - began)


async def forget(whole: Installation) -> None:
    """Let the roll-up begin anew."""
    for process in [process for process in whole.running if process[:2] == WORKER[:2]]:
        whole.kill(*process)
    await whole.databases["metrics"].empty()
