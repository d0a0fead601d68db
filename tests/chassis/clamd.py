"""A small server that speaks clamd's INSTREAM, well or badly."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Clamd:
    """How it answers. `answers`: this, whatever it was sent; `answers_by`: so many bytes at a time;
    `hangs_up_after`: so many bytes of a file, with its last words."""

    answers: bytes | None = None
    answers_by: int = 1_000
    hangs_up_after: int | None = None
    last_words: bytes = b""
    is_silent: bool = False
    received: list[bytes] = field(default_factory=list)
    serving: list["asyncio.Task[None] | None"] = field(default_factory=list)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        self.serving.append(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        if await reader.readuntil(b"\0") != b"zINSTREAM\0":
            writer.write(b"UNKNOWN COMMAND\0")
            return
        whole = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            whole += await reader.readexactly(size)
            if self.hangs_up_after is not None and len(whole) > self.hangs_up_after:
                writer.write(self.last_words)
                await writer.drain()
                return
        self.received.append(whole)
        if self.is_silent:
            # Until whoever asks has had enough.
            await reader.read()
            return
        said = b"stream: Eicar-Signature FOUND\0" if EICAR in whole else b"stream: OK\0"
        said = said if self.answers is None else self.answers
        for at in range(0, len(said), self.answers_by):
            writer.write(said[at : at + self.answers_by])
            await writer.drain()
            await asyncio.sleep(0)


@asynccontextmanager
async def clamd(told: Clamd, socket: Path | None = None) -> AsyncIterator[str]:
    """Such a server; its address."""
    if socket is not None:
        server = await asyncio.start_unix_server(told.serve, socket)
        url = f"unix://{socket}"
    else:
        server = await asyncio.start_server(told.serve, "127.0.0.1", 0)
        url = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield url
    finally:
        server.close()
        await asyncio.gather(*filter(None, told.serving), return_exceptions=True)
