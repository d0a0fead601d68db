"""A process of a service: one event loop that serves HTTP and works in the background until told to stop."""

import asyncio
import gc
import os
import resource
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

import structlog
import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from services.chassis.process import logs
from services.chassis.process.settings import Settings

log = structlog.get_logger()

Work: TypeAlias = Coroutine[Any, Any, None]
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

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self.exit_code = 0

    def fail(self) -> None:
        """End with exit code 1, so that the supervisor starts the process anew."""
        self.exit_code = 1
        self.stopping.set()

    @asynccontextmanager
    async def background(self, *works: Work) -> AsyncIterator[None]:
        """Run these beside what the block does. The process fails if one of them ends by itself."""
        tasks = [asyncio.create_task(self._watched(work)) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watched(self, work: Work) -> None:
        try:
            await work
            log.error("background_ended", name=_name(work))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # A library's own cancellation that escaped: the work is over and nobody asked for it.
            log.exception("background_cancelled", name=_name(work))
        except Exception:
            log.exception("background_failed", name=_name(work))
        self.fail()


def run(settings: Settings, service: str, kind: str, build: Callable[[Lifetime], Litestar]) -> int:
    """Serve what `build` makes until SIGTERM or SIGINT; return the exit code."""
    logs.configure(settings.log_level, service, kind)
    # What was imported lives for ever, and a batch makes objects by the ten thousand that die together.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    _allow_open_files()
    return uvloop.run(_serve(settings, build))


def _allow_open_files() -> None:
    """As many open connections as the host lets a process have, not as many as it begins with."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _serve(settings: Settings, build: Callable[[Lifetime], Litestar]) -> int:
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


def _name(work: Work) -> str:
    return str(getattr(work, "__qualname__", "work"))
