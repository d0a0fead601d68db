"""The way to PostgreSQL must be direct: a pooler in between takes away sessions, on which we stand. And what
it has committed it must keep."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from secrets import token_hex

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Session
from services.chassis.process.selfcheck import SelfCheckFailed
from services.chassis.process.settings import Settings

sql = queries.load(__package__, "direct.sql")

ROUNDS = 4

NOT_DIRECT = (
    "the database is reached through a pooler (PgBouncer?) that {what}; start-up settings, LISTEN and"
    " advisory locks need sessions of their own: let APP_DATABASE_URL name PostgreSQL itself"
)


async def check_direct(settings: Settings) -> None:
    """Refuse to run behind a pooler that drops start-up settings or shares sessions, or where commits may be
    forgotten. Raises SelfCheckFailed.

    Raises what a connection raises when the database is away: nothing is known then.
    """
    token = token_hex(8)
    try:
        async with AsyncExitStack() as stack:
            one = await _session(stack, settings, token)
            other = await _session(stack, settings, token)
            given = await one.fetchval(sql.given)
            seen = await _backends(one, other)
            commit = await one.fetchval(sql.synchronous_commit)
    except asyncpg.ProtocolViolationError as error:
        # PgBouncer's answer to a start-up setting that it does not know.
        raise SelfCheckFailed(NOT_DIRECT.format(what=f"refuses ours ({error})")) from error
    except (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError) as error:
        raise SelfCheckFailed(NOT_DIRECT.format(what="shares sessions among clients")) from error
    except asyncpg.ConnectionDoesNotExistError as error:
        # PgBouncer's farewell to whoever begins a transaction where it shares single statements.
        if "pooling mode" not in str(error):
            raise
        raise SelfCheckFailed(NOT_DIRECT.format(what="shares sessions among clients")) from error
    if (what := wrong(given == token, *seen)) is not None:
        raise SelfCheckFailed(NOT_DIRECT.format(what=what))
    if commit != "on":
        raise SelfCheckFailed(f"synchronous_commit is {commit}, not on")


def wrong(is_given: bool, one: Sequence[int], other: Sequence[int]) -> str | None:
    """What a pooler does to two sessions, by whether the server knows what the first was started with and by
    the backends that each of them met."""
    if len({*one}) > 1 or len({*other}) > 1 or {*one} & {*other}:
        return "shares sessions among clients"
    return None if is_given else "drops the settings that a session is started with"


async def _session(stack: AsyncExitStack, settings: Settings, token: str) -> Session:
    db = await asyncpg.connect(
        settings.dsn,
        timeout=settings.acquire_timeout,
        command_timeout=settings.statement_timeout,
        statement_cache_size=0,
        server_settings={"app.direct": token},
    )
    stack.callback(db.terminate)
    return db


async def _backends(one: Session, other: Session) -> tuple[list[int], list[int]]:
    """The backends that two sessions meet by turns. While a transaction of one is open a pooler must give the
    other another backend, and mostly the one that was used last."""
    of_one, of_other = [], []
    for _ in range(ROUNDS):
        async with one.transaction():
            of_one.append(await one.fetchval(sql.backend))
        async with other.transaction():
            of_other.append(await other.fetchval(sql.backend))
            async with one.transaction():
                of_one.append(await one.fetchval(sql.backend))
    return of_one, of_other
