"""The scanner of files for viruses: a clamd, spoken to as its INSTREAM command is defined (clamd(8))."""

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

URL = re.compile(r"tcp://[^/\s]+:\d{1,5}|unix:///\S+")
"""`tcp://host:port` or `unix:///path`."""

CONNECTING, PATIENCE = 5.0, 60.0
"""Seconds."""

PART = 65_536
ANSWER_LONGEST = 1_000


class NotScanned(Exception):
    """The scanner is away, was silent for too long, or has not looked at the file; how it put that."""


class Scanner:
    """Asks one clamd, each time on a connection of its own."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        """Raises ValueError for what is no address of a scanner."""
        if not URL.fullmatch(url):
            raise ValueError("a scanner's address is tcp://host:port or unix:///path")
        self._at, self._patience = urlsplit(url), patience

    async def found_in(self, content: Iterable[bytes]) -> str:
        """The name of the virus in it; nothing if there is none. Raises NotScanned."""
        try:
            async with asyncio.timeout(CONNECTING):
                reader, writer = await self._connect()
        except (OSError, TimeoutError) as error:
            raise NotScanned(type(error).__name__) from error
        try:
            async with asyncio.timeout(self._patience):
                return _found(await _asked(reader, writer, content))
        except (OSError, TimeoutError, EOFError) as error:
            raise NotScanned(type(error).__name__) from error
        finally:
            writer.transport.abort()

    async def _connect(self) -> tuple[StreamReader, StreamWriter]:
        if self._at.scheme == "unix":
            return await asyncio.open_unix_connection(self._at.path)
        return await asyncio.open_connection(self._at.hostname, self._at.port)


async def _asked(reader: StreamReader, writer: StreamWriter, content: Iterable[bytes]) -> bytes:
    # A scanner that has had enough answers and hangs up before it has read everything.
    with suppress(ConnectionError):
        writer.write(b"zINSTREAM\0")
        for part in content:
            for at in range(0, len(part), PART):
                chunk = part[at : at + PART]
                writer.write(len(chunk).to_bytes(4, "big") + chunk)
                await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_LONGEST:
        more = await reader.read(ANSWER_LONGEST)
        if not more:
            raise EOFError
        answer += more
    return answer


def _found(answer: bytes) -> str:
    line, _, more = answer.partition(b"\0")
    said = line.decode("utf-8", "replace").strip()
    if said == "stream: OK" and not more:
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND") or "unnamed"
    raise NotScanned(said[:200])
