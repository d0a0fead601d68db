"""Ways to servers of this machine that can be slow, cut or deaf."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

import uvloop

from tests.databases import free_port


class Proxy:
    """One way: passes bytes between its port and the port of a server of 127.0.0.1.

    `target` may be changed at any time; who is connected stays with the former server until cut.
    """

    def __init__(self, target: int, loop: asyncio.AbstractEventLoop) -> None:
        self.target, self.port = target, free_port()
        self.delay = 0.0
        """Seconds that every piece waits before it is passed on; up to half as much again at random."""
        self.left: int | None = None
        """Bytes after which each new connection breaks."""
        self._loop = loop
        self._hearing = asyncio.Event()
        self._hearing.set()
        self._away = False
        self._open: set[asyncio.StreamWriter] = set()
        self._rng = Random(target)
        self._server: asyncio.Server

    async def listen(self) -> None:
        """Take connections from now on."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Break every connection and take no more."""
        self._server.close()
        self._heal()
        self._cut()
        while self._open:
            await asyncio.sleep(0.01)

    def cut(self) -> None:
        """Break every connection, and every new one at once, until `heal`."""
        self._loop.call_soon_threadsafe(self._cut)

    def shake(self) -> None:
        """Break every connection; new ones are welcome."""
        self._loop.call_soon_threadsafe(self._break)

    def deafen(self) -> None:
        """Pass nothing on, and say nothing of it, until `heal`: half-open connections."""
        self._loop.call_soon_threadsafe(self._hearing.clear)

    def heal(self) -> None:
        """Pass everything on at once again."""
        self.delay, self.left = 0.0, None
        self._loop.call_soon_threadsafe(self._heal)

    def _cut(self) -> None:
        self._away = True
        self._break()

    def _break(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    def _heal(self) -> None:
        self._away = False
        self._hearing.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if not self._away:
                await self._pass(reader, writer)
        except OSError:
            pass
        finally:
            writer.transport.abort()
            self._open.discard(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self._open.add(back)
        left = self.left
        try:
            directions = [
                asyncio.create_task(self._pump(reader, back, left)),
                asyncio.create_task(self._pump(there, writer, left)),
            ]
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
        finally:
            back.transport.abort()
            self._open.discard(back)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: int | None
    ) -> None:
        while data := await reader.read(65536):
            await self._hearing.wait()
            if self.delay:
                await asyncio.sleep(self.delay * self._rng.uniform(1, 1.5))
            if left is not None:
                data, left = data[:left], left - len(data)
            writer.write(data)
            await writer.drain()
            if left is not None and left <= 0:
                return


@contextmanager
def proxies(targets: Sequence[int]) -> Iterator[list[Proxy]]:
    """A proxy for each of these ports, all in an event loop of their own in a thread."""
    loop = uvloop.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="proxies", daemon=True)
    thread.start()
    try:
        made = [Proxy(target, loop) for target in targets]
        for proxy in made:
            asyncio.run_coroutine_threadsafe(proxy.listen(), loop).result(10)
        yield made
        for proxy in made:
            asyncio.run_coroutine_threadsafe(proxy.close(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
