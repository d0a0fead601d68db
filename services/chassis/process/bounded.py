"""Work that may fail badly (files of strangers, typesetting), each piece in a bounded process of its own."""

import asyncio
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import services
from services.chassis.process import confined
from services.chassis.process.turns import Turns

Job: TypeAlias = Callable[[bytes], bytes]
"""A function of a module's top level: bytes in, bytes out. Its module is imported in the child."""

ROOT = Path(services.__file__).parents[1]
SAID = 10_000
"""Bytes of a child's standard error that are read; a child that writes more has lost its way."""

CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one piece of work may use: bytes of memory, seconds of processor time and by the clock, bytes of
    its answer."""

    memory: int
    cpu: int
    seconds: float
    answer: int


class Broken(Exception):
    """The child ended without an answer, or answered too much."""


class Workbench:
    """Does one kind of work, a few pieces at a time, each in a process that is gone afterwards."""

    def __init__(self, job: Job, bounds: Bounds, at_once: int, waiting: int) -> None:
        self._job, self._bounds = job, bounds
        self._turns = Turns(at_once, waiting)

    async def done(self, content: bytes) -> bytes:
        """The answer to `content`. Raises Unavailable if too many wait, Broken, TimeoutError."""
        async with self._turns.turn(), asyncio.timeout(self._bounds.seconds):
            return await _run(self._job, self._bounds, content)


async def _run(job: Job, bounds: Bounds, content: bytes) -> bytes:
    # Isolated and without our environment, which holds the database's password.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", confined.__file__),
        *(str(ROOT), job.__module__, job.__name__, str(bounds.memory), str(bounds.cpu)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={},
    )
    try:
        body, said = await _conversation(process, content, bounds.answer)
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Broken(f"ended with {process.returncode}: {said.decode(errors='replace')[-500:]}")
    return body


async def _conversation(process: Process, content: bytes, most: int) -> tuple[bytes, bytes]:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise Broken("no pipes")
    body, said, _ = await asyncio.gather(
        _read(process.stdout, most), _read(process.stderr, SAID), _write(process.stdin, content)
    )
    return body, said


async def _read(stream: StreamReader, most: int) -> bytes:
    body = bytearray()
    while chunk := await stream.read(CHUNK):
        body += chunk
        if len(body) > most:
            raise Broken(f"more than {most} bytes")
    return bytes(body)


async def _write(stream: StreamWriter, content: bytes) -> None:
    # The child may end before it has read everything: why is told by how it ended.
    with suppress(BrokenPipeError, ConnectionResetError):
        stream.write(content)
        await stream.drain()
    stream.close()
