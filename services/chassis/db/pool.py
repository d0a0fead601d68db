"""Connections to PostgreSQL: the pool, and what a transaction announces once it is over."""

import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from services.chassis.db.sealed import KeyRing
from services.chassis.process.settings import Settings
from services.chassis.process.telemetry import POOL_WAIT

if TYPE_CHECKING:
    _Connection = asyncpg.Connection[asyncpg.Record]
    _Pool = asyncpg.Pool[asyncpg.Record]
    Pool: TypeAlias = _Pool
else:  # generic for the type checker alone
    _Connection, _Pool = asyncpg.Connection, asyncpg.Pool
    Pool = asyncpg.Pool

Session: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
"""A connection of one's own, outside the pool: for LISTEN, advisory locks, an operator's command."""

Db: TypeAlias = "PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"
Announce: TypeAlias = Callable[[Iterable[tuple[str, str]]], None]
"""Takes (channel, payload) pairs, after the transaction is over."""


KEEPALIVE = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": "30000",
    "client_connection_check_interval": "10000",
}
"""Lets the server notice within half a minute that a client is gone whose connection was never closed. Until
then its locks and open transactions stand; by default that is two hours."""


def keep_watch(db: Any) -> None:
    """Let this side notice too, within as long, that the server or the way to it is gone: after a timeout
    asyncpg waits without end for an answer to its request to cancel."""
    options = [("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 4), ("TCP_USER_TIMEOUT", 30_000)]
    transport = db._transport  # noqa: SLF001 - asyncpg sets none of them and shows no socket
    line = transport.get_extra_info("socket")
    if line is None or line.family not in (socket.AF_INET, socket.AF_INET6):
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in options:
        if (option := getattr(socket, name, None)) is not None:
            line.setsockopt(socket.IPPROTO_TCP, option, value)


class Connection(_Connection):
    """A connection that remembers, in order, what to announce when it goes back to the pool."""

    announced: dict[tuple[str, str], None]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.announced = {}


def announce(db: Db, channel: str, payload: str = "") -> None:
    """Tell listeners of `channel`, once this connection's transaction is over.

    Not NOTIFY: that takes a lock of the whole cluster from pre-commit to flush.
    """
    announced: dict[tuple[str, str], None] | None = getattr(db, "announced", None)
    if announced is not None:
        announced[channel, payload] = None


def open_pool(
    settings: Settings,
    announce: Announce | None = None,
    server_settings: dict[str, str] | None = None,
    ring: KeyRing | None = None,
) -> Pool:
    """A pool whose every statement and acquisition has a timeout. To be entered with `async with`.

    `announce` receives what transactions announced; `server_settings` hold for the session;
    `ring` opens and seals where the database has sealed columns.
    """

    async def reset(connection: Any) -> None:
        # No reset query: session state is never set, only SET LOCAL.
        if connection.announced and announce is not None:
            announce(connection.announced)
        connection.announced = {}

    async def init(connection: Any) -> None:
        keep_watch(connection)
        if ring is not None:
            await ring.attach(connection)

    return _TimedPool(
        settings.dsn,
        acquire_timeout=settings.acquire_timeout,
        min_size=1,
        max_size=settings.pool_size,
        command_timeout=settings.statement_timeout,
        connection_class=Connection,
        reset=reset,
        init=init,
        server_settings={**KEEPALIVE, "application_name": "dialogue", **(server_settings or {})},
    )


class _TimedPool(_Pool):
    """A pool in which waiting for a connection always ends."""

    def __init__(self, dsn: str, *, acquire_timeout: float, **options: Any) -> None:
        defaults = {
            "max_queries": 50_000,
            "max_inactive_connection_lifetime": 300.0,
            "record_class": asyncpg.Record,
            "timeout": acquire_timeout,
            "loop": None,
        }
        super().__init__(dsn, **{**defaults, **options})
        self._acquire_timeout = acquire_timeout

    def acquire(self, *, timeout: float | None = None) -> Any:
        """Like asyncpg's, with the setting's timeout by default."""
        return super().acquire(timeout=timeout or self._acquire_timeout)

    async def _acquire(self, timeout: float | None) -> Any:  # noqa: ASYNC109 - as asyncpg calls it
        # Where asyncpg waits, whichever way a connection is asked for.
        with POOL_WAIT.time():
            return await super()._acquire(timeout)  # type: ignore[misc]  # its stubs leave it out
