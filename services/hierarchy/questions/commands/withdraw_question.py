"""Withdraw a question that one has asked."""

from dataclasses import dataclass
from uuid import UUID

from contracts.work import QuestionState
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Forbidden
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import QUESTION_WITHDRAWN
from services.hierarchy.questions.commands.look_at_question import (
    Deeds,
    check_unanswered,
    look_at_question,
    save_question,
)
from services.hierarchy.questions.domain.questions import Step, withdraw
from services.hierarchy.questions.domain.typed import check_answering
from services.hierarchy.questions.store import questions


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The state that stands."""

    id: UUID
    state: QuestionState


async def withdraw_question(pool: Pool, by: Staff, id_: UUID, at: Moment) -> Withdrawn:
    """By who asked, or has their place now.

    Raises NotFound, Forbidden, Conflict if it is over.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Withdrawn):
            return done
        view = await look_at_question(db, by, id_, questions.lock)
        if not view.own:
            raise Forbidden("question-not-asked")
        check_answering(view.campaign, at.now)
        await check_unanswered(db, view.question)
        after = withdraw(view.question)
        deeds = Deeds(Acting(by.account), at.now, Step.WITHDRAWN, QUESTION_WITHDRAWN)
        await save_question(db, after, deeds)
        return await idempotency.keep(db, at, Withdrawn(id_, after.state))
