"""Confirm an address by the code of its letter; the first time counts as registered."""

from datetime import datetime
from uuid import UUID

import orjson

from contracts.participants import ParticipantRegistered
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, SlowDown
from services.chassis.streams import outbox
from services.intake.core.domain import Author, Participant
from services.intake.core.region import Picture
from services.intake.participants.commands.begin_session import begin_session, continued
from services.intake.participants.digests import Pepper
from services.intake.participants.store import participants
from services.intake.restate import participant_event


async def confirm_participant(
    pool: Pool,
    picture: Picture,
    pepper: Pepper,
    participant_id: UUID,
    code: str,
    now: datetime,
    repeat: Repeat | None,
) -> Author:
    """Whose session begins; a repeat gets the same session as long as `continued` allows.

    Raises Invalid for a wrong or old code, SlowDown after five attempts.
    """
    async with pool.acquire() as db, db.transaction():
        entry = await participants.find(db, participant_id)
        await tenancy.see(db, entry.tenant)
        participant = await participants.lock(db, entry)
        if earlier := await idempotency.earlier(db, repeat):
            return await continued(db, earlier)
        refusal = await _check_code(db, pepper, participant, code)
        if refusal is None:
            await _register(db, picture, participant, now)
            author = await begin_session(db, participant)
            answer = Answer(200, orjson.dumps({"session": author.session}).decode())
            await idempotency.keep(db, repeat, answer)
        elif repeat is not None:
            await idempotency.release(db, repeat)
    if refusal is not None:
        raise refusal
    return author


async def _check_code(
    db: Db, pepper: Pepper, participant: Participant, given: str
) -> Invalid | SlowDown | None:
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
        campaign = picture.campaign(participant.campaign)
        await outbox.publish(db, participant_event(ParticipantRegistered, registered, campaign))
