"""Many people watch at once: whoever comes is served, not left to wait without a word."""

import asyncio
import resource
from collections.abc import Iterator

import pytest

from tests.client import PATIENCE
from tests.installation import Installation, Process

MANY = 1100
"""More than a server's usual queue of 1 024 connections."""


@pytest.fixture
def open_files() -> Iterator[None]:
    """As many sockets as the test needs."""
    fewest, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (fewest, most))


async def test_every_stream_begins_with_the_picture(open_files: None, installation: Installation) -> None:
    port = installation.ports[Process("metrics", "web")]
    opened = list[asyncio.StreamWriter]()

    async def first_event() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        opened.append(writer)
        writer.write(b"GET /api/v1/live HTTP/1.1\r\nHost: x\r\n\r\n")
        while not (line := await reader.readline()).startswith(b"event: "):
            assert line, "the stream ended before it began"
        return line

    try:
        async with asyncio.timeout(PATIENCE):
            begun = await asyncio.gather(*(first_event() for _ in range(MANY)))
    finally:
        for writer in opened:
            writer.transport.abort()

    assert set(begun) == {b"event: snapshot\n"}
