"""What was suggested to authors, under the lock of its request."""

from dataclasses import replace
from datetime import datetime

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.help.domain.requests import Request
from services.intake.help.domain.suggestions import State, Suggestion

sql = queries.load(__package__, "suggestions.sql")


async def add(db: Db, request: Request, suggestion: Suggestion) -> None:
    """Store one; the one before it, if it waits for its answer, waits no longer."""
    s = suggestion
    said = (s.nth, s.title, s.text, s.note, s.base_version, s.account, s.name, s.suggested_at)
    await db.execute(sql.add, request.municipality, s.id, request.id, *said)


async def of_request(db: Db, request: Request) -> list[Suggestion]:
    """All that was suggested, the first one first."""
    rows = await db.fetch(sql.of_request, request.municipality, request.id)
    return [_suggestion(row) for row in rows]


async def answer(
    db: Db, request: Request, suggestion: Suggestion, state: State, word: str, at: datetime
) -> Suggestion:
    """Store what its author has said."""
    await db.execute(sql.answer, request.municipality, suggestion.id, state, word, at)
    return replace(suggestion, state=state, answer=word, answered_at=at)


def _suggestion(row: asyncpg.Record) -> Suggestion:
    return Suggestion(**{**dict(row), "state": State(row["state"])})
