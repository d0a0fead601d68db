"""Approve, publish or remove an answer to reuse: what the owning group decides."""

from dataclasses import dataclass
from uuid import UUID

from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.directory.grants import Staff
from services.hotline.answers.domain.answers import Answer, approving
from services.hotline.answers.domain.placeholders import check_open_to_all
from services.hotline.answers.owning import check_owns
from services.hotline.answers.store import answers
from services.hotline.core.authority import authority
from services.hotline.core.domain.audit import (
    ANSWER_APPROVED,
    ANSWER_HIDDEN,
    ANSWER_PUBLISHED,
    ANSWER_REMOVED,
)
from services.hotline.core.region import Known
from services.hotline.core.store import audit


@dataclass(frozen=True, slots=True)
class Approval:
    """The version that was read and may be sent from now on."""

    id: UUID
    nth: int


@dataclass(frozen=True, slots=True)
class Publication:
    """Whether everybody reads an answer."""

    id: UUID
    published: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer's state after a decision."""

    id: UUID
    in_use: int | None
    published: bool
    removed: bool = False


async def approve_answer(pool: Pool, known: Known, by: Staff, given: Approval, at: Moment) -> Kept:
    """Raises Conflict if somebody has changed it meanwhile, Invalid if it is published and would then show
    what nobody fills in there, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        before = await _locked(db, known, by, given.id, at)
        answer = before.approved(given.nth)
        if not before.is_pending:
            return await idempotency.keep(db, at, _kept(answer))
        if answer.published:
            await _check_open(db, answer)
        await answers.save(db, answer)
        await answers.approve(db, answer, by, at.now)
        await audit.note(db, answer.municipality, by, at.now, ANSWER_APPROVED, answer.subject)
        return await idempotency.keep(db, at, _kept(answer))


async def publish_answer(pool: Pool, known: Known, by: Staff, given: Publication, at: Moment) -> Kept:
    """Raises Conflict for what was never approved, Invalid for what an inquiry would fill in, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        answer = (await _locked(db, known, by, given.id, at)).shown(given.published)
        if answer.published:
            await _check_open(db, answer)
        await answers.save(db, answer)
        word = ANSWER_PUBLISHED if answer.published else ANSWER_HIDDEN
        await audit.note(db, answer.municipality, by, at.now, word, answer.subject)
        return await idempotency.keep(db, at, _kept(answer))


async def remove_answer(pool: Pool, known: Known, by: Staff, id_: UUID, at: Moment) -> Kept:
    """It is sent and shown no more. Raises NotFound, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        answer = (await _locked(db, known, by, id_, at)).removed(at.now)
        await answers.save(db, answer)
        await audit.note(db, answer.municipality, by, at.now, ANSWER_REMOVED, answer.subject)
        return await idempotency.keep(db, at, _kept(answer))


async def _locked(db: Db, known: Known, by: Staff, id_: UUID, at: Moment) -> Answer:
    await tenancy.see(db, REGION, *by.municipalities)
    answer = await answers.lock(db, id_)
    authority(by, approving(answer.municipality), answer.municipality)
    await check_owns(db, known, by, answer.municipality, at.now)
    return answer


async def _check_open(db: Db, answer: Answer) -> None:
    in_use = [each for each in await answers.versions(db, answer) if each.nth == answer.in_use]
    for version in in_use:
        check_open_to_all(version.wording.text)


def _kept(answer: Answer) -> Kept:
    return Kept(answer.id, answer.in_use, answer.published, answer.removed_at is not None)
