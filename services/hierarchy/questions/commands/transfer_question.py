"""Transfer a question to another working group."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Invalid
from services.directory.grants import Staff
from services.hierarchy.core.domain.audit import QUESTION_TRANSFERRED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.groups.store import groups
from services.hierarchy.questions.commands.count_time import due_anew, known_years
from services.hierarchy.questions.commands.look_at_question import (
    Deeds,
    check_unanswered,
    lock_held,
    name_of,
    save_question,
)
from services.hierarchy.questions.commands.write_letters import write_held
from services.hierarchy.questions.domain.questions import Question, Step, transfer
from services.hierarchy.questions.domain.typed import check_reason


@dataclass(frozen=True, slots=True)
class Transfer:
    """To which working group of the municipality, and why."""

    id: UUID
    group: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """Who has it, and by when they are to answer."""

    id: UUID
    group: UUID
    due_at: datetime


async def transfer_question(
    pool: Pool, entrance: Entrance, by: Staff, given: Transfer, at: Moment
) -> Transferred:
    """The group has its own time; what had passed stays late.

    Raises NotFound, Forbidden, Invalid with everything wrong, Conflict if it is over, or theirs already.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Transferred):
            return done
        view, who = await lock_held(db, by, given.id, at.now)
        question = view.question
        await check_unanswered(db, question)
        checks, others = Checks(), await standing_beside(db, question)
        group = checks.take(lambda: _one_of(others, given.group))
        reason = checks.take(lambda: check_reason(given.reason))
        checks.settle()
        with known_years():
            after = transfer(question, group.id, await due_anew(db, question, at.now), at.now)
        words = f"{await name_of(db, question.keeper)} → {await name_of(db, after.keeper)}. {reason}"
        await save_question(db, after, Deeds(who, at.now, Step.TRANSFERRED, QUESTION_TRANSFERRED, words))
        why = f"Вопрос передали вашей группе. Причина: {reason}"
        await write_held(db, entrance, after, view.campaign.time_zone, at.now, why)
        return await idempotency.keep(db, at, Transferred(given.id, group.id, after.due_at))


async def standing_beside(db: Db, question: Question) -> list[WorkingGroup]:
    """The municipality's working groups that a question may be transferred to."""
    standing = await groups.present(db, question.municipality, question.campaign)
    return [group for group in standing if group.id != question.keeper.group]


def _one_of(others: list[WorkingGroup], asked: UUID | None) -> WorkingGroup:
    for group in others:
        if group.id == asked:
            return group
    raise Invalid("question-group", field="group")
