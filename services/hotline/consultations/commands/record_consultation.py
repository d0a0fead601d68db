"""Record a consultation, and correct or withdraw it while its day lasts."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from contracts.hotline import ConsultationEvent
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Forbidden, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hotline.consultations.domain.consultations import (
    Consultation,
    Content,
    Words,
    check_days,
    check_direction,
    check_level,
    check_mode,
    check_note,
    check_whom,
)
from services.hotline.consultations.reach import levels_in, seen_case, sight_of
from services.hotline.consultations.store import consultations
from services.hotline.core.authority import Deed, authority
from services.hotline.core.domain.audit import (
    CONSULTATION_CORRECTED,
    CONSULTATION_RECORDED,
    CONSULTATION_WITHDRAWN,
)
from services.hotline.core.region import Known
from services.hotline.core.store import audit, themes


@dataclass(frozen=True, slots=True)
class Told:
    """A consultation as somebody enters it. Without a level, that of their last one."""

    mode: str
    theme: str
    direction: str | None = None
    organization: UUID | None = None
    level: str = ""
    whom: str = ""
    note: str = ""
    led_to_initiative: bool = False


@dataclass(frozen=True, slots=True)
class NewConsultation:
    """What is told, where, and of which inquiry if of any."""

    municipality: str
    told: Told
    inquiry: UUID | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a consultation shall say."""

    id: UUID
    told: Told


@dataclass(frozen=True, slots=True)
class Recorded:
    """A consultation that is recorded, and its state."""

    id: UUID
    municipality: str
    level: str
    version: int = 1
    withdrawn: bool = False


async def record_consultation(
    pool: Pool, known: Known, by: Staff, given: NewConsultation, at: Moment
) -> Recorded:
    """It counts once, however often the same is sent.

    Raises Invalid with everything that is wrong, Conflict outside the campaign's days, NotFound for a
    foreign municipality and a foreign inquiry, Forbidden.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Recorded):
            return done
        authority(by, Deed.CONSULT, given.municipality)
        campaign = known.campaign
        check_days(campaign, at.now)
        await tenancy.see(db, given.municipality)
        if given.inquiry is not None:
            await seen_case(db, by, given.inquiry)
        content, words = await _checked(db, known, by, given.municipality, given.told)
        consultation = Consultation(
            municipality=given.municipality,
            id=uuid_utils.compat.uuid7(),
            campaign=campaign.id,
            content=content,
            words=words,
            recorded_at=at.now,
            zone=campaign.time_zone,
            by_account=by.account,
            by_name=by.name,
            inquiry=given.inquiry,
        )
        await consultations.add(db, consultation)
        await audit.note(db, given.municipality, by, at.now, CONSULTATION_RECORDED, consultation.subject)
        return await _told(db, at, consultation, consultation.recorded())


async def correct_consultation(
    pool: Pool, known: Known, by: Staff, given: Correction, at: Moment
) -> Recorded:
    """Raises Conflict after the day on which it was recorded, Forbidden for anybody but who recorded it."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Recorded):
            return done
        before = await _own(db, known, by, given.id)
        content, words = await _checked(db, known, by, before.municipality, given.told)
        corrected = before.corrected(content, words, at.now)
        await consultations.save(db, corrected)
        await audit.note(db, corrected.municipality, by, at.now, CONSULTATION_CORRECTED, corrected.subject)
        return await _told(db, at, corrected, corrected.restated())


async def withdraw_consultation(pool: Pool, known: Known, by: Staff, id_: UUID, at: Moment) -> Recorded:
    """It does not count any more. Raises as a correction does."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Recorded):
            return done
        withdrawn = (await _own(db, known, by, id_)).withdrawn(at.now)
        await consultations.save(db, withdrawn)
        await audit.note(db, withdrawn.municipality, by, at.now, CONSULTATION_WITHDRAWN, withdrawn.subject)
        return await _told(db, at, withdrawn, withdrawn.restated())


async def _own(db: Db, known: Known, by: Staff, id_: UUID) -> Consultation:
    """A consultation of theirs, locked. Raises NotFound for one that they do not see, Forbidden."""
    await tenancy.see(db, *by.municipalities)
    found = await consultations.lock(db, id_)
    authority(by, Deed.CONSULT, found.municipality)
    if not sight_of(by, known, found.municipality).shows(found):
        raise NotFound("consultation-unknown")
    if found.by_account != by.account:
        raise Forbidden("consultation-not-yours")
    return found


async def _checked(db: Db, known: Known, by: Staff, municipality: str, told: Told) -> tuple[Content, Words]:
    checks = Checks()
    checks.take(lambda: known.picture.municipality(municipality))
    last = await consultations.last_of(db, by.account, municipality)
    theirs = levels_in(by, municipality)
    mode = checks.take(lambda: check_mode(told.mode))
    theme = await themes.known(db, told.theme, checks)
    direction = checks.take(lambda: check_direction(told.direction, theme.direction, known.campaign))
    checks.take(lambda: known.picture.check_organization(told.organization, municipality))
    level = checks.take(lambda: check_level(told.level, theirs, last.content.level if last else None))
    words = Words(checks.take(lambda: check_whom(told.whom)), checks.take(lambda: check_note(told.note)))
    checks.settle()
    content = Content(theme.code, mode, level, told.organization, direction, told.led_to_initiative)
    return content, words


async def _told(db: Db, at: Moment, consultation: Consultation, event: ConsultationEvent) -> Recorded:
    await outbox.publish(db, event)
    state = (consultation.content.level.value, consultation.version, consultation.withdrawn_at is not None)
    return await idempotency.keep(db, at, Recorded(consultation.id, consultation.municipality, *state))
