"""Let questions climb that nobody answers in time, and hand over what lost its holder or its asker."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import structlog

from contracts.structure import CampaignDefined
from services.chassis.days import today
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.directory.working_time import UnknownYear
from services.hierarchy.core.domain.audit import QUESTION_ESCALATED, QUESTION_HANDED_OVER
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import campaigns
from services.hierarchy.groups.store import groups
from services.hierarchy.questions.commands.count_time import due_anew
from services.hierarchy.questions.commands.look_at_question import Deeds, name_of, save_question
from services.hierarchy.questions.commands.write_letters import write_held
from services.hierarchy.questions.domain.questions import (
    Step,
    above,
    climb,
    hand_over,
    leave_group,
)
from services.hierarchy.questions.store import people, questions

log = structlog.get_logger()

EVERY = 30.0
"""Seconds between looks."""


async def keep_questions(entrance: Entrance, pool: Pool, clock: Clock) -> None:
    """Hand over and let climb, until cancelled. Needs a pool that sees every municipality."""

    async def look() -> None:
        await keep_now(entrance, pool, clock.now())

    await now_and_again(look, EVERY, "questions_wait")


async def keep_now(entrance: Entrance, pool: Pool, now: datetime) -> int:
    """How many questions have another holder or asker. Each in its own transaction: one that fails keeps no
    other."""
    async with pool.acquire() as db:
        campaign = await campaigns.now_open(db)
        if campaign is None or today(campaign.time_zone, now) > campaign.close_until:
            return 0
        stranded, deserted = await questions.stranded(db), await questions.deserted(db)
        overdue = await questions.overdue(db, campaign.id, now)
    done = 0
    for move, ids in ((_leave_group, stranded), (_hand_over, deserted), (_climb, overdue)):
        for id_ in ids:
            done += await _try(pool, move, id_, entrance, campaign, now)
    return done


Move = Callable[[Db, UUID, Entrance, CampaignDefined, datetime], Awaitable[bool]]


async def _try(
    pool: Pool, move: Move, id_: UUID, entrance: Entrance, campaign: CampaignDefined, now: datetime
) -> bool:
    try:
        async with pool.acquire() as db, db.transaction():
            return await move(db, id_, entrance, campaign, now)
    except UnknownYear as error:
        # It waits for a calendar; the others do not wait for it.
        log.warning("question_waits", error=type(error).__name__, day=error.year)
        return False


async def _climb(db: Db, id_: UUID, entrance: Entrance, campaign: CampaignDefined, now: datetime) -> bool:
    # Under the lock: it may be answered, or another worker has let it climb, at this moment.
    question = await questions.lock(db, id_)
    if not question.is_overdue(now) or above(question.keeper) is None:
        return False
    after = climb(question, await due_anew(db, question, now))
    words = f"{await name_of(db, question.keeper)} → {await name_of(db, after.keeper)}"
    await save_question(db, after, Deeds(None, now, Step.ESCALATED, QUESTION_ESCALATED, words))
    why = "На этот вопрос не ответили в срок на уровень ниже."
    await write_held(db, entrance, after, campaign.time_zone, now, why)
    return True


async def _leave_group(
    db: Db, id_: UUID, entrance: Entrance, campaign: CampaignDefined, now: datetime
) -> bool:
    question = await questions.lock(db, id_)
    group = question.keeper.group
    if not question.is_open or group is None or (await groups.get(db, group)).dissolved_at is None:
        return False
    after = leave_group(question, await due_anew(db, question, now), now)
    words = f"{await name_of(db, question.keeper)} → {await name_of(db, after.keeper)}"
    await save_question(db, after, Deeds(None, now, Step.GROUP_DISSOLVED, QUESTION_HANDED_OVER, words))
    why = "Рабочую группу, у которой был этот вопрос, расформировали."
    await write_held(db, entrance, after, campaign.time_zone, now, why)
    return True


async def _hand_over(db: Db, id_: UUID, _: Entrance, __: CampaignDefined, now: datetime) -> bool:
    question = await questions.lock(db, id_)
    to = await people.chair(db, question.asker) if question.is_open else None
    if to is None or to.appointment == question.asker.appointment:
        # Until somebody is appointed it waits for them.
        return False
    words = f"{question.asker.name} → {to.name}"
    after = hand_over(question, to)
    await save_question(db, after, Deeds(None, now, Step.HANDED_OVER, QUESTION_HANDED_OVER, words))
    return True
