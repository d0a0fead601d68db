"""The hub of server-sent events: everybody gets the same picture, nobody can hold it up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from services.chassis.process.telemetry import SSE_CLIENTS, SSE_RESYNCS

HEARTBEAT = 15.0
WAITING = 64
AGAIN = 2.0
"""Seconds between looks at whether an open stream is still allowed."""
RESYNC = b"event: resync\ndata: {}\n\n"


Audience = TypeVar("Audience")
"""What is sent is made once for all clients of the same audience."""


@dataclass(eq=False, slots=True)
class Client(Generic[Audience]):
    """One open stream: for whom it is and what waits to be sent to it."""

    audience: Audience
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING))
    slow: bool = False
    over: bool = False


def frame(event: str, id_: str, data: bytes) -> bytes:
    """One event as it goes over the wire."""
    return b"event: %b\nid: %b\ndata: %b\n\n" % (event.encode(), id_.encode(), data)


class Hub(Generic[Audience]):
    """Sends what is published to every client. A client that does not keep up is told to
    fetch the picture anew; it never blocks the others."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        self._clients: set[Client[Audience]] = set()

    def __len__(self) -> int:
        return len(self._clients)

    def publish(self, render: Callable[[Audience], bytes | None]) -> None:
        """Send what `render` makes for each client's audience (made once per audience)."""
        rendered: dict[int, bytes | None] = {}
        for client in self._clients:
            key = id(client.audience)
            if key not in rendered:
                rendered[key] = render(client.audience)
            if (data := rendered[key]) is not None:
                _put(client, data)

    async def stream(self, audience: Audience, snapshot: Callable[[], bytes]) -> AsyncIterator[bytes]:
        """What one client receives: a snapshot, then every event, with a heartbeat between."""
        client: Client[Audience] = Client(audience)
        self._clients.add(client)
        SSE_CLIENTS.set(len(self._clients))
        try:
            yield snapshot()
            while not (self._stopping.is_set() or client.over):
                yield await self._next(client)
                if client.slow:
                    client.slow = False
                    yield snapshot()
        finally:
            # Synchronous: an await here would be cancelled when the client has gone.
            self._clients.discard(client)
            SSE_CLIENTS.set(len(self._clients))

    async def _next(self, client: Client[Audience]) -> bytes:
        try:
            async with asyncio.timeout(HEARTBEAT):
                data = await client.queue.get()
        except TimeoutError:
            return b": alive\n\n"
        return data or b": bye\n\n"

    def disconnect(self) -> None:
        """End every stream: what may be seen has changed, and whoever comes again is looked at anew."""
        for client in self._clients:
            client.over = True
            _drain(client)
            client.queue.put_nowait(None)

    async def close_when_stopping(self) -> None:
        """End every stream once the process was told to stop."""
        await self._stopping.wait()
        self.disconnect()
        await asyncio.Event().wait()


async def while_allowed(
    still: Callable[[], Awaitable[bool]], frames: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    """The frames of a stream, for as long as whoever opened it may see them."""
    coming = asyncio.ensure_future(anext(frames))
    loop = asyncio.get_running_loop()
    looked_at = loop.time()
    try:
        while True:
            done, _ = await asyncio.wait([coming], timeout=AGAIN)
            if loop.time() - looked_at >= AGAIN:
                looked_at = loop.time()
                if not await still():
                    return
            if done:
                frame = await coming
                coming = asyncio.ensure_future(anext(frames))
                yield frame
    except StopAsyncIteration:
        return
    finally:
        # Synchronous: an await here would be cancelled when the client has gone.
        coming.cancel()


def _put(client: Client[Any], data: bytes) -> None:
    if client.slow:
        return
    try:
        client.queue.put_nowait(data)
    except asyncio.QueueFull:
        _drain(client)
        client.slow = True
        client.queue.put_nowait(RESYNC)
        SSE_RESYNCS.inc()


def _drain(client: Client[Any]) -> None:
    while not client.queue.empty():
        client.queue.get_nowait()
