"""Draft an answer to reuse, or change one: it waits for approval."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks
from services.directory.grants import Staff
from services.hotline.answers.domain.answers import Answer, Wording, check_text, check_title, drafting
from services.hotline.answers.store import answers
from services.hotline.core.authority import authority
from services.hotline.core.domain.audit import ANSWER_CHANGED, ANSWER_DRAFTED
from services.hotline.core.region import Known
from services.hotline.core.store import audit, themes


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer of a municipality, or of the region, as it was typed."""

    municipality: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer shall say; `seen`: the version that was changed."""

    id: UUID
    seen: int
    wording: Wording


@dataclass(frozen=True, slots=True)
class Drafted:
    """The version that was written last, and whether it waits for approval."""

    id: UUID
    nth: int
    is_pending: bool


async def draft_answer(pool: Pool, known: Known, by: Staff, given: NewAnswer, at: Moment) -> Drafted:
    """Raises Invalid, NotFound for a foreign municipality, Forbidden for the region's."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Drafted):
            return done
        authority(by, drafting(given.municipality), given.municipality)
        await tenancy.see(db, given.municipality)
        checks = Checks()
        if given.municipality != REGION:
            checks.take(lambda: known.picture.municipality(given.municipality))
        wording = await _checked(db, given.wording, checks)
        answer = Answer(given.municipality, uuid_utils.compat.uuid7())
        await answers.add(db, answer)
        await answers.write(db, answer, wording, by, at.now)
        await audit.note(db, answer.municipality, by, at.now, ANSWER_DRAFTED, answer.subject)
        return await idempotency.keep(db, at, Drafted(answer.id, answer.latest, answer.is_pending))


async def change_answer(pool: Pool, by: Staff, given: Change, at: Moment) -> Drafted:
    """The old version stays in use until the new one is approved; the same words again are none.

    Raises Invalid, Conflict if somebody else has changed it meanwhile.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Drafted):
            return done
        await tenancy.see(db, REGION, *by.municipalities)
        answer = await answers.lock(db, given.id)
        authority(by, drafting(answer.municipality), answer.municipality)
        changed, wording = answer.rewritten(given.seen), await _checked(db, given.wording, Checks())
        if wording == (await answers.versions(db, answer))[0].wording:
            return await idempotency.keep(db, at, Drafted(answer.id, answer.latest, answer.is_pending))
        await answers.save(db, changed)
        await answers.write(db, changed, wording, by, at.now)
        await audit.note(db, changed.municipality, by, at.now, ANSWER_CHANGED, changed.subject)
        return await idempotency.keep(db, at, Drafted(changed.id, changed.latest, changed.is_pending))


async def _checked(db: Db, given: Wording, checks: Checks) -> Wording:
    theme = await themes.known(db, given.theme, checks)
    title = checks.take(lambda: check_title(given.title))
    text = checks.take(lambda: check_text(given.text))
    checks.settle()
    return Wording(theme.code, title, text)
