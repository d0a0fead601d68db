"""How many live streams one web process serves, and what each holds."""

import asyncio
import re
import time
from dataclasses import dataclass, field

from tests.benchmarks.costs import resident
from tests.client import Client, Person
from tests.installation import Installation, Process

WEB = Process("metrics", "web")
UPDATES = 5
SUBMITTED = re.compile(rb'"submitted":(\d+)')
"""The first of a picture is the region's."""


@dataclass
class Watchers:
    """Open streams: the region's figure that each shows, and since when."""

    shown: dict[int, tuple[int, float]] = field(default_factory=dict)

    async def watch(self, port: int, nth: int) -> None:
        """Keep a stream open and note what it shows."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(b"GET /api/v1/live HTTP/1.1\r\nHost: x\r\n\r\n")
            while line := await reader.readline():
                if line.startswith(b"data: {") and (figure := SUBMITTED.search(line)):
                    self.shown[nth] = (int(figure[1]), time.monotonic())
        finally:
            writer.transport.abort()


async def serve(whole: Installation, who: Person, streams: int) -> tuple[float, float]:
    """Seconds from a 201 until the last stream has the update (the slowest of several), KB per stream."""
    watchers, port = Watchers(), whole.ports[WEB]
    pid = whole.running[WEB].pid
    before = resident(pid)
    tasks = [asyncio.create_task(watchers.watch(port, nth)) for nth in range(streams)]
    try:
        while len(watchers.shown) < streams:
            await asyncio.sleep(0.05)
        each = (resident(pid) - before) * 1024 / streams
        async with whole.client() as client:
            slowest = [await _update(client, who, watchers, streams) for _ in range(UPDATES)]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return max(slowest), each


async def _update(client: Client, who: Person, watchers: Watchers, streams: int) -> float:
    await asyncio.sleep(2)
    goal = max(number for number, _ in watchers.shown.values()) + 1
    answer = await client.submit(who)
    assert answer.status_code == 201, answer.text
    began = time.monotonic()
    while sum(number >= goal for number, _ in watchers.shown.values()) < streams:
        assert time.monotonic() < began + 10, "an update did not reach every stream"
        await asyncio.sleep(0.01)
    return max(at for _, at in watchers.shown.values()) - began
