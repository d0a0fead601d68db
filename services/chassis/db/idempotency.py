"""Idempotency-Key: a repeated POST gets the first one's answer instead of happening twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from litestar import Request, Response

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Invalid

sql = queries.load(__package__, "idempotency.sql")

LONGEST = 128


@dataclass(frozen=True, slots=True)
class Repeat:
    """What makes two requests the same: who (or which route) says it, the key, and a fingerprint
    of method, path and raw body (or of what stands for it)."""

    scope: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A success that was given: status and JSON body."""

    status: int
    body: str


def answered(answer: Answer) -> Response[Any]:
    """A stored answer as a response; what it holds, the handler's own type says."""
    return Response(answer.body.encode(), status_code=answer.status, media_type="application/json")


async def repeat_of(
    request: Request[Any, Any, Any],
    scope: str | None = None,
    key: str | None = None,
    content: bytes | None = None,
) -> Repeat | None:
    """The request's repeat, from the header `Idempotency-Key` or a form's hidden field. `content` stands for
    the raw body of a form with a file: the same form has another boundary each time that it is sent.

    Raises Invalid if the key is longer than 128 characters.
    """
    key = key or request.headers.get("idempotency-key")
    if not key:
        return None
    if len(key) > LONGEST:
        raise Invalid("idempotency-key-too-long", limit=LONGEST)
    content = await request.body() if content is None else content
    what = b"\0".join((request.method.encode(), request.url.path.encode(), content))
    return Repeat(scope or request.url.path, key, sha256(what).digest())


async def earlier(db: Db, repeat: Repeat | None) -> Answer | None:
    """The answer given before to the same request, or None if it is new and the key is now ours.

    Raises Invalid if the key was used with another content.
    """
    if repeat is None or await db.fetchval(sql.take, repeat.scope, repeat.key, repeat.fingerprint):
        return None
    row = await db.fetchrow(sql.earlier, repeat.scope, repeat.key)
    return _same(repeat, row)


async def keep(db: Db, repeat: Repeat | None, answer: Answer) -> None:
    """Store the answer, in the transaction of the change."""
    if repeat is not None:
        await db.execute(sql.keep, repeat.scope, repeat.key, answer.status, answer.body)


async def release(db: Db, repeat: Repeat) -> None:
    """Give the key back: the request was refused, and only successes are stored."""
    await db.execute(sql.release, repeat.scope, repeat.key)


async def take_many(db: Db, answers: Mapping[Repeat, Answer]) -> set[Repeat]:
    """Take a batch's keys with their answers at once; return those that are new."""
    by_name = {(repeat.scope, repeat.key): repeat for repeat in answers}
    rows = await db.fetch(
        sql.take_many,
        [repeat.scope for repeat in answers],
        [repeat.key for repeat in answers],
        [repeat.fingerprint for repeat in answers],
        [answer.status for answer in answers.values()],
        [answer.body for answer in answers.values()],
    )
    return {by_name[row["scope"], row["key"]] for row in rows}


async def earlier_many(db: Db, repeats: Sequence[Repeat]) -> dict[Repeat, Answer | Invalid]:
    """What was answered before to each of these, or the refusal of a key used for something else."""
    rows = await db.fetch(sql.earlier_many, [r.scope for r in repeats], [r.key for r in repeats])
    found = {(row["scope"], row["key"]): row for row in rows}
    answers: dict[Repeat, Answer | Invalid] = {}
    for repeat in repeats:
        try:
            answers[repeat] = _same(repeat, found[repeat.scope, repeat.key])
        except Invalid as refusal:
            answers[repeat] = refusal
    return answers


def _same(repeat: Repeat, row: Any) -> Answer:
    if bytes(row["fingerprint"]) != repeat.fingerprint:
        raise Invalid("idempotency-key-reused")
    return Answer(row["status"] or 200, row["body"] or "")
