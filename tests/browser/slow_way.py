"""A way to a server as on a bad line or behind a corporate proxy: it holds streams back, or is slow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

STREAM, PICTURE = "/api/v1/live", "/region/picture"


class SlowWay:
    """Passes one request a connection to a server of 127.0.0.1."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.flowing = asyncio.Event()
        """While it is not set no byte of a stream is passed on, of those that are open either."""
        self.flowing.set()
        self.delay = 0.0
        """Seconds that each answer waits before its first byte."""
        self.whole = False
        """Whether an answer is passed on only when it has ended."""
        self.refused: tuple[str, ...] = ()
        """Paths that are answered with 503."""
        self.streams = 0
        """How many streams were asked for."""

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection."""
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # one of both has gone
        finally:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        request, _, rest = head.partition(b"\r\n")
        path = request.split()[1].decode().partition("?")[0]
        is_stream = path == STREAM
        self.streams += is_stream
        if path in self.refused:
            writer.write(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await _over(writer)
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        fields = [f for f in rest.split(b"\r\n") if f and not f.lower().startswith(b"connection:")]
        back.write(b"\r\n".join([request, *fields, b"Connection: close", b"", b""]))
        # A browser that leaves ends the stream on the other side too.
        leaving = asyncio.create_task(_gone(reader, back))
        try:
            await asyncio.sleep(self.delay)
            await self._answer(there, writer, is_stream)
        finally:
            leaving.cancel()
            back.transport.abort()

    async def _answer(
        self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, is_stream: bool
    ) -> None:
        if self.whole:
            writer.write(await there.read())
        while data := await there.read(65536):
            if is_stream:
                await self.flowing.wait()
            writer.write(data)
            await writer.drain()
        await _over(writer)


async def _gone(reader: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        back.write(data)
    back.transport.abort()


async def _over(writer: asyncio.StreamWriter) -> None:
    await writer.drain()
    writer.close()
    await writer.wait_closed()


@asynccontextmanager
async def slow_way(url: str) -> AsyncIterator[tuple[SlowWay, str]]:
    """A slow way to a server, and its address."""
    way = SlowWay(urlsplit(url).port or 80)
    server = await asyncio.start_server(way.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield way, f"http://127.0.0.1:{port}"
    finally:
        server.close()
