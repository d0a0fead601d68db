"""Telling other processes that something changed: NOTIFY after the commit, LISTEN with a poll behind it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import NamedTuple

import asyncpg
import structlog

from services.chassis.db import queries
from services.chassis.db.pool import KEEPALIVE, Session, keep_watch
from services.chassis.process.settings import Settings

sql = queries.load(__package__, "notify.sql")
log = structlog.get_logger()

LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What a connection raises when the server or the way to it is gone, also in the middle of something."""


LONGEST_TRUST = 10.0
"""Seconds after which something may have been missed though much is heard: with the process that would have
said it."""


class Heard(NamedTuple):
    """One announcement."""

    channel: str
    payload: str


class Notifier:
    """Sends what transactions announced, from a connection of its own, in bundles.

    At most one NOTIFY in `notify_interval`: PostgreSQL serialises commits that notify.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: dict[tuple[str, str], None] = {}
        self._filled = asyncio.Event()

    def __call__(self, announced: Iterable[tuple[str, str]]) -> None:
        """Take (channel, payload) pairs to be sent; returns at once."""
        self._waiting.update(dict.fromkeys(announced))
        self._filled.set()

    async def run(self) -> None:
        """Send until cancelled. While the database is away, what waits is kept."""
        while True:
            try:
                await self._send_on(await _connect(self._settings))
            except LOST as error:
                log.warning("notifier_lost", error=type(error).__name__)
                await asyncio.sleep(self._settings.poll_interval)

    async def _send_on(self, db: Session) -> None:
        try:
            while True:
                await self._filled.wait()
                self._filled.clear()
                # Taken out first: what is announced again while this is on its way is of a later commit.
                bundle, self._waiting = self._waiting, {}
                try:
                    await db.execute(sql.notify, [c for c, _ in bundle], [p for _, p in bundle])
                except LOST:
                    self._waiting = bundle | self._waiting
                    self._filled.set()
                    raise
                await asyncio.sleep(self._settings.notify_interval)
        finally:
            db.terminate()


async def heard(settings: Settings, *channels: str) -> AsyncIterator[list[Heard] | None]:
    """What is announced on these channels, in bundles; `None` whenever something may have been missed:
    at first, after every lost connection, when nothing was heard for a poll interval, and now and then."""
    while True:
        try:
            db = await _connect(settings)
        except LOST:
            await asyncio.sleep(settings.poll_interval)
            continue
        try:
            async for bundle in _heard_on(db, settings, channels):
                yield bundle
        except LOST as error:
            log.warning("listener_lost", error=type(error).__name__)
            await asyncio.sleep(settings.poll_interval)
        finally:
            db.terminate()


async def _heard_on(
    db: Session, settings: Settings, channels: tuple[str, ...]
) -> AsyncIterator[list[Heard] | None]:
    queue: asyncio.Queue[Heard | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    answered = trusted = loop.time()
    db.add_termination_listener(lambda _: queue.put_nowait(None))
    for channel in channels:
        await db.add_listener(
            channel, lambda _, __, name, payload: queue.put_nowait(Heard(name, str(payload)))
        )
    yield None
    while True:
        try:
            async with asyncio.timeout(settings.poll_interval):
                bundle = [await queue.get()]
        except TimeoutError:
            if loop.time() - answered > settings.watchdog_timeout:
                # A connection that was cut without a word is as silent as a quiet one.
                await db.fetchval(sql.still_there)
                answered = loop.time()
            trusted = loop.time()
            yield None
            continue
        answered = loop.time()
        while not queue.empty():
            bundle.append(queue.get_nowait())
        if None in bundle:
            raise ConnectionResetError("the listening connection ended")
        yield [heard for heard in bundle if heard is not None]
        if loop.time() - trusted > LONGEST_TRUST:
            trusted = loop.time()
            yield None


async def _connect(settings: Settings) -> Session:
    db = await asyncpg.connect(
        settings.dsn,
        timeout=settings.acquire_timeout,
        command_timeout=settings.statement_timeout,
        server_settings={**KEEPALIVE, "application_name": "dialogue-notify"},
    )
    keep_watch(db)
    return db
