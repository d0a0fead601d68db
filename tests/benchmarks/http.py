"""A load of POST requests over keep-alive connections, light enough not to be what is measured."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Load:
    """What was sent: when each 201 came (seconds of the monotonic clock), and whatever else came."""

    accepted: list[float] = field(default_factory=list)
    others: list[bytes] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Accepted requests per second."""
        return len(self.accepted) / self.seconds


def post(url: str, body: bytes, **headers: str) -> bytes:
    """A POST request as it goes over the wire."""
    parts = urlsplit(url)
    lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


async def send(url: str, requests: Iterator[bytes], clients: int, rate: float | None = None) -> Load:
    """Send all requests by so many clients; with a rate, each at its time."""
    load, began = Load(), time.monotonic()
    turn = _turns(rate, began)
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(_client(url, requests, turn, load))
    load.seconds = time.monotonic() - began
    return load


def _turns(rate: float | None, began: float) -> Callable[[], float]:
    sent = iter(range(10**9))
    return lambda: began + next(sent) / rate if rate else 0.0


async def _client(url: str, requests: Iterator[bytes], turn: Callable[[], float], load: Load) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    for request in requests:
        await asyncio.sleep(max(0.0, turn() - time.monotonic()))
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        if head.startswith(b"HTTP/1.1 201"):
            load.accepted.append(time.monotonic())
        else:
            load.others.append(body)
    writer.close()
