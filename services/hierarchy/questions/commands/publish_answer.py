"""Publish an answer to all coordinators of the direction."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import QUESTION_PUBLISHED
from services.hierarchy.questions.commands.look_at_question import Deeds, lock_held, save_question
from services.hierarchy.questions.domain.questions import Step, publish
from services.hierarchy.questions.domain.typed import check_body


@dataclass(frozen=True, slots=True)
class Publication:
    """Which question, and in which words it is read there; nothing: in its own."""

    id: UUID
    words: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """To whom: those who work in a direction, or everybody in the municipality's line."""

    id: UUID
    direction: str | None


async def publish_answer(pool: Pool, by: Staff, given: Publication, at: Moment) -> PublishedAnswer:
    """Who has asked is not named there.

    Raises NotFound, Forbidden, Invalid, Conflict without an answer and if it is published.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, PublishedAnswer):
            return done
        view, who = await lock_held(db, by, given.id, at.now)
        words = view.question.body if given.words is None else check_body(given.words)
        after = publish(view.question, words, at.now)
        await save_question(db, after, Deeds(who, at.now, Step.PUBLISHED, QUESTION_PUBLISHED))
        return await idempotency.keep(db, at, PublishedAnswer(given.id, after.about.direction))
