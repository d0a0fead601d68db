"""A process of a service: one event loop that serves HTTP and works in the background until told to stop."""

import asyncio
import ctypes
import gc
import os
import resource
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

import structlog
import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from services.chassis.process import logs
from services.chassis.process.background import Background, Pauses, Work, name_of
from services.chassis.process.settings import Settings

log = structlog.get_logger()

Lifespan: TypeAlias = Callable[[Litestar], AbstractAsyncContextManager[None]]


def logged(lifespan: Lifespan) -> Lifespan:
    """The same lifespan; what fails in it is logged, which the server does not do."""

    @asynccontextmanager
    async def with_log(app: Litestar) -> AsyncIterator[None]:
        try:
            async with lifespan(app):
                yield
        except Exception:
            log.exception("lifespan_failed")
            raise

    return with_log


class Lifetime:
    """When a process ends, and whether it ended well. Every endless answer (SSE) ends on `stopping`."""

    def __init__(self, pauses: Pauses | None = None) -> None:
        self.stopping = asyncio.Event()
        self.exit_code = 0
        self._background = Background(pauses)

    def fail(self) -> None:
        """End with exit code 1, so that the supervisor starts the process anew."""
        self.exit_code = 1
        self.stopping.set()

    @asynccontextmanager
    async def background(self, *works: Work) -> AsyncIterator[None]:
        """Run these beside what the block does. One that fails is run anew, the others go on; the process
        fails if one of them ends by itself or finds that the process must not run."""
        tasks = [asyncio.create_task(self._watched(work)) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def works(self) -> str | None:
        """What is wrong with the background works, for `/health/ready`."""
        failing = self._background.failing
        return f"fails again and again: {', '.join(failing)}" if failing else None

    async def _watched(self, work: Work) -> None:
        try:
            await self._background.run(work)
            log.error("background_ended", name=name_of(work))
        except Exception:
            log.exception("background_failed", name=name_of(work))
        self.fail()


M_MMAP_THRESHOLD, LARGE = -3, 128 * 1024
"""What the C library calls the size from which it asks the host for each piece, and its own first choice."""

Build: TypeAlias = Callable[[Lifetime], Litestar]
IsFit: TypeAlias = Callable[[Settings], Awaitable[bool]]


def run(settings: Settings, service: str, kind: str, build: Build, is_fit: IsFit) -> int:
    """Serve what `build` makes until SIGTERM or SIGINT, if the world is fit for it; return the exit code."""
    logs.configure(settings.log_level, service, kind)
    # What was imported lives for ever, and a batch makes objects by the ten thousand that die together.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    give_memory_back()
    _allow_open_files()
    return uvloop.run(_serve(settings, build, is_fit))


def give_memory_back() -> None:
    """Have whatever is large go back to the host as soon as it is free.

    The C library learns from what was freed to keep such pieces among the small ones, where they leave holes:
    a relay that reads the log's tail, some megabytes each minute, grew without end.
    """
    library = ctypes.CDLL(None)
    # Not every C library has it, or needs it.
    if hasattr(library, "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, LARGE)


def _allow_open_files() -> None:
    """As many open connections as the host lets a process have, not as many as it begins with."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _serve(settings: Settings, build: Build, is_fit: IsFit) -> int:
    if not await is_fit(settings):
        return 1
    lifetime = Lifetime()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, lifetime.stopping.set)
    server = Server(
        build(lifetime),
        address=settings.bind_host,
        port=settings.bind_port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
        backlog=1024,
        # Its default is the backlog: whoever comes after 1 024 open streams would wait without a word.
        backpressure=settings.connections,
    )
    serving = asyncio.create_task(server.serve())
    told = asyncio.create_task(lifetime.stopping.wait())
    await asyncio.wait([serving, told], return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if serving.done():
        log.error("server_ended", error=repr(serving.exception()))
        return 1
    server.stop()
    done, _ = await asyncio.wait([serving], timeout=settings.stop_timeout)
    if not done:
        # What hangs in a library must not keep the supervisor from starting us anew.
        log.error("process_abandoned")
        os._exit(lifetime.exit_code)
    log.info("process_stopped")
    return lifetime.exit_code
