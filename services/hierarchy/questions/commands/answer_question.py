"""Answer a question."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.directory.working_time import between
from services.hierarchy.core.domain.audit import QUESTION_ANSWERED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.questions.commands.count_time import known_years, schedule_of
from services.hierarchy.questions.commands.look_at_question import (
    Deeds,
    check_unanswered,
    lock_held,
    save_question,
)
from services.hierarchy.questions.commands.write_letters import write_answered
from services.hierarchy.questions.domain.questions import Step, answer
from services.hierarchy.questions.domain.typed import check_answer


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What is answered to which question."""

    id: UUID
    words: str


@dataclass(frozen=True, slots=True)
class Answered:
    """When, and whether nobody let their time pass."""

    id: UUID
    answered_at: datetime
    in_time: bool


async def answer_question(
    pool: Pool, entrance: Entrance, by: Staff, given: NewAnswer, at: Moment
) -> Answered:
    """Whoever has asked has a letter.

    Raises NotFound, Forbidden, Invalid, Conflict if it was answered (by whom is said) or
    withdrawn.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Answered):
            return done
        view, who = await lock_held(db, by, given.id, at.now)
        question = view.question
        await check_unanswered(db, question)
        words = check_answer(given.words)
        schedule = await schedule_of(db, question.promise, question.campaign)
        with known_years():
            minutes = between(schedule, question.asked_at, at.now)
        after = answer(question, words, who, minutes, at.now)
        await save_question(db, after, Deeds(who, at.now, Step.ANSWERED, QUESTION_ANSWERED))
        await write_answered(db, entrance, after, who.on_behalf_of or who.account, at.now)
        done = Answered(given.id, after.answered_at or at.now, bool(after.in_time))
        return await idempotency.keep(db, at, done)
