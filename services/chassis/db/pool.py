"""Connections to PostgreSQL: the pool, and what a transaction announces once it is over."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from services.chassis.process.settings import Settings

if TYPE_CHECKING:
    _Connection = asyncpg.Connection[asyncpg.Record]
    _Pool = asyncpg.Pool[asyncpg.Record]
else:  # generic for the type checker alone
    _Connection, _Pool = asyncpg.Connection, asyncpg.Pool

Session: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
"""A connection of one's own, outside the pool: for LISTEN, advisory locks, an operator's command."""

Db: TypeAlias = "PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Announce: TypeAlias = Callable[[Iterable[tuple[str, str]]], None]
"""Takes (channel, payload) pairs, after the transaction is over."""


class Connection(_Connection):
    """A connection that remembers what to announce when it goes back to the pool."""

    announced: set[tuple[str, str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.announced = set()


def announce(db: Db, channel: str, payload: str = "") -> None:
    """Tell listeners of `channel`, once this connection's transaction is over.

    Not NOTIFY: that takes a lock of the whole cluster from pre-commit to flush.
    """
    announced: set[tuple[str, str]] | None = getattr(db, "announced", None)
    if announced is not None:
        announced.add((channel, payload))


def open_pool(
    settings: Settings,
    announce: Announce | None = None,
    server_settings: dict[str, str] | None = None,
) -> Pool:
    """A pool whose every statement and acquisition has a timeout. To be entered with `async with`.

    `announce` receives what transactions announced; `server_settings` hold for the session.
    """

    async def reset(connection: Any) -> None:
        # No reset query: session state is never set, only SET LOCAL.
        if connection.announced and announce is not None:
            announce(connection.announced)
        connection.announced = set()

    return _TimedPool(
        settings.dsn,
        acquire_timeout=settings.acquire_timeout,
        min_size=1,
        max_size=settings.pool_size,
        command_timeout=settings.statement_timeout,
        connection_class=Connection,
        reset=reset,
        server_settings={"application_name": "dialogue", **(server_settings or {})},
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
