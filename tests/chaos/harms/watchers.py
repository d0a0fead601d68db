"""Those who watch the live view: many who never read, many who come and go."""

import asyncio
from contextlib import suppress

from tests.chaos.nemesis import Nemesis, named
from tests.installation import Process

MANY = 500


async def watchers_flap(nemesis: Nemesis) -> None:
    """500 streams are kept without being read, 500 are opened and broken off, for 20 seconds."""
    async with asyncio.TaskGroup() as group:
        for _ in nemesis.times(MANY):
            group.create_task(_be_silent(nemesis))
            group.create_task(_flap(nemesis))


async def _be_silent(nemesis: Nemesis) -> None:
    if connected := await _connected(nemesis):
        await nemesis.lasts(20)
        connected[1].transport.abort()


async def _flap(nemesis: Nemesis) -> None:
    for _ in nemesis.times(5):
        await asyncio.sleep(nemesis.rng.uniform(0, 8) * nemesis.scale)
        if connected := await _connected(nemesis):
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(2):
                    await connected[0].read(200)
            connected[1].transport.abort()


async def _connected(nemesis: Nemesis) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    try:
        port = nemesis.whole.ports[Process("metrics", "web")]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return None
    writer.write(b"GET /api/v1/live HTTP/1.1\r\nHost: x\r\n\r\n")
    return reader, writer


SCENARIOS = named(5, watchers_flap)
