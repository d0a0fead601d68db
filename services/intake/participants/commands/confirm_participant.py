"""Confirm an address by the code of its letter; the first time counts as registered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.participants import ParticipantRegistered
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, SlowDown
from services.chassis.streams import outbox
from services.directory.region import Picture
from services.intake.core.commands.begin_session import begin_session
from services.intake.core.commands.resume_session import resume_session
from services.intake.core.domain import Author
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Participant, check_code
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A participant's code as it was typed."""

    participant: UUID
    code: str


@dataclass(frozen=True, slots=True)
class Begun:
    """What a repeat learns: the session that began, and not who may use it."""

    session: UUID | None = None


async def confirm_participant(
    pool: Pool, picture: Picture, pepper: Pepper, given: Confirmation, at: Moment
) -> Author:
    """Whose session begins; a repeat gets the same session as long as `resume_session` allows.

    Raises NotFound for an unknown participant, Invalid for a wrong or old code, SlowDown after five attempts.
    """
    code = check_code(given.code)
    async with pool.acquire() as db, db.transaction():
        entry = await participants.find(db, given.participant)
        await tenancy.see(db, entry.tenant)
        participant = await participants.lock(db, entry)
        if begun := await idempotency.earlier(db, at, Begun):
            return await resume_session(db, begun.session)
        refusal = await _spend(db, pepper, participant, code)
        if refusal is None:
            await _register(db, picture, participant, at.now)
            whose = (participant.id, participant.municipality, participant.campaign)
            author = await begin_session(db, *whose)
            await idempotency.keep(db, at, Begun(UUID(author.session)))
        elif at.repeat is not None:
            await idempotency.release(db, at.repeat)
    # Raised after the commit: the attempt stays spent.
    if refusal is not None:
        raise refusal
    return author


async def _spend(db: Db, pepper: Pepper, participant: Participant, given: str) -> Invalid | SlowDown | None:
    now = datetime.now().astimezone()
    code = await participants.lock_code(db, participant.id)
    if code is None or code.expires_at <= now:
        return Invalid("code-expired", field="code")
    if code.attempts_left <= 0:
        return SlowDown("too-many-attempts", field="code")
    if not pepper.matches(code.digest, str(participant.id), given):
        await participants.spend_attempt(db, participant.id)
        return Invalid("code-wrong", field="code", left=code.attempts_left - 1)
    await participants.spend_code(db, participant.id, now)
    return None


async def _register(db: Db, picture: Picture, participant: Participant, now: datetime) -> None:
    registered = participant.confirmed(now)
    if registered is not participant:
        await participants.save_registered(db, registered)
    if participant.registered_at is None:
        campaign = picture.campaign(participant.campaign)
        await outbox.publish(db, registered.event(ParticipantRegistered, campaign))
