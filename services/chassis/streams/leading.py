"""Leading: an advisory lock on a session of its own, which the server ends when the leader falls silent."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from typing import Any

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import KEEPALIVE, Session, keep_watch
from services.chassis.process.settings import Settings

sql = queries.load(__package__, "relay.sql")

BEATS = 4
"""How often the leader speaks within the time after which the server takes it for gone."""


RELAY = 7031991
"""The advisory lock of whoever sends."""


async def lead(
    settings: Settings, work: Callable[[Session], Coroutine[Any, Any, None]], lock: int = RELAY
) -> bool:
    """Do the work, on a session of its own, as long as this process holds the lock; whether it did. Raises
    what the work or the loss of the leading session raises.

    The lock dies with its session, and a session whose connection was cut without a word lives as long as
    TCP does, hours. So it must be heard of: a proxy that answers keepalives for a peer long gone is not it.
    """
    timeout = milliseconds(settings.lead_timeout)
    leading = {"application_name": "dialogue-leader", "idle_session_timeout": timeout}
    # In its transactions streams' rows are locked. A new epoch tells every tenant's aggregates.
    working = {"idle_in_transaction_session_timeout": timeout, "app.municipalities": "*"}
    async with AsyncExitStack() as sessions:
        leader = await _session(sessions, settings, leading, settings.lead_timeout / 2)
        if not await leader.fetchval(sql.lead, lock):
            return False
        worker = await _session(
            sessions, settings, {"application_name": "dialogue-relay", **working}, settings.statement_timeout
        )
        await _until_one_ends(worker, work(worker), _beat(leader, settings.lead_timeout / BEATS))
        return True


async def _session(
    sessions: AsyncExitStack, settings: Settings, given: Mapping[str, str], patience: float
) -> Session:
    db = await asyncpg.connect(
        settings.dsn,
        timeout=settings.acquire_timeout,
        command_timeout=min(settings.statement_timeout, patience),
        server_settings={**KEEPALIVE, **given},
    )
    sessions.callback(db.terminate)
    keep_watch(db)
    return db


async def _beat(db: Session, pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        await db.fetchval(sql.still_there)


async def _until_one_ends(db: Session, *works: Coroutine[Any, Any, None]) -> None:
    """Run these together; when one ends, end the others and raise what it raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        # First of all: a rollback on a connection that was cut without a word would wait for ever.
        db.terminate()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


def milliseconds(seconds: float) -> str:
    """A time as PostgreSQL's settings take it."""
    return f"{max(round(seconds * 1000), 1)}ms"
