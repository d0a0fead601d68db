"""Idempotency: a repeated request gets what came of the first one instead of happening twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Invalid

sql = queries.load(__package__, "idempotency.sql")

Result = TypeVar("Result")
"""What a command returns: a dataclass, whose fields are also the body of the operation's answer."""

DONE = 200
"""Only successes are stored; the operation knows its own status."""

ADAPTERS: dict[Any, TypeAdapter[Any]] = {}
"""How a kind of result is read again; made when the first is."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """What makes two requests the same: who (or which route) says it, the key, and a fingerprint
    of method, path and raw body (or of what stands for it)."""

    scope: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is asked for, and by what a repeat of it is known."""

    now: datetime
    repeat: Repeat | None = None


async def earlier(db: Db, at: Moment, kind: type[Result]) -> Result | None:
    """What came of the same request before, or None if it is new and the key is now ours.

    Raises Invalid if the key was used with another content.
    """
    repeat = at.repeat
    if repeat is None or await db.fetchval(sql.take, repeat.scope, repeat.key, repeat.fingerprint):
        return None
    row = await db.fetchrow(sql.earlier, repeat.scope, repeat.key)
    return _same(repeat, row, kind)


async def keep(db: Db, at: Moment, result: Result) -> Result:
    """The result, stored in the transaction of the change for whoever asks the same again."""
    if at.repeat is not None:
        await db.execute(sql.keep, at.repeat.scope, at.repeat.key, DONE, _body(result))
    return result


async def release(db: Db, repeat: Repeat) -> None:
    """Give the key back: the request was refused, and only successes are stored."""
    await db.execute(sql.release, repeat.scope, repeat.key)


def columns(asked: Sequence[tuple[Repeat | None, object]]) -> tuple[object, ...]:
    """What is asked together, and the result of each, as the function `idempotency_take` takes it."""
    return (
        [repeat and repeat.scope for repeat, _ in asked],
        [repeat and repeat.key for repeat, _ in asked],
        [repeat and repeat.fingerprint for repeat, _ in asked],
        DONE,
        [repeat and _body(result) for repeat, result in asked],
    )


async def earlier_many(
    db: Db, repeats: Sequence[Repeat], kind: type[Result]
) -> dict[Repeat, Result | Invalid]:
    """What came of each of these that was asked before, or the refusal of a key used for something else."""
    rows = await db.fetch(sql.earlier_many, [r.scope for r in repeats], [r.key for r in repeats])
    found = {(row["scope"], row["key"]): row for row in rows}
    results: dict[Repeat, Result | Invalid] = {}
    for repeat in repeats:
        if (repeat.scope, repeat.key) not in found:
            continue
        try:
            results[repeat] = _same(repeat, found[repeat.scope, repeat.key], kind)
        except Invalid as refusal:
            results[repeat] = refusal
    return results


def _body(result: object) -> str:
    # default: the ids that asyncpg reads are a subclass of UUID, which orjson does not know.
    return orjson.dumps(result, default=str).decode()


def _same(repeat: Repeat, row: Any, kind: type[Result]) -> Result:
    if bytes(row["fingerprint"]) != repeat.fingerprint:
        raise Invalid("idempotency-key-reused")
    result: Result = _adapter(kind)(row["body"])
    return result


def _adapter(kind: Any) -> Callable[[str], Any]:
    if kind not in ADAPTERS:
        ADAPTERS[kind] = TypeAdapter(kind)
    return ADAPTERS[kind].validate_json
