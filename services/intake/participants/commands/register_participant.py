"""Take somebody's registration and write them a letter with six digits."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson
import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Answer, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid
from services.chassis.mail.addresses import known_forms, normalise_email
from services.intake.core.domain import Participant, check_classifier, check_days
from services.intake.core.region import Picture
from services.intake.participants.commands.send_code import send_code
from services.intake.participants.digests import Pepper
from services.intake.participants.store import participants
from services.intake.participants.store.participants import Entry


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody says of themselves."""

    municipality: str
    organization: UUID | None
    position: str
    email: str
    consent_version: str


async def register_participant(
    pool: Pool, picture: Picture, pepper: Pepper, form: Registration, now: datetime, repeat: Repeat | None
) -> Answer:
    """202 with the participant's id. An address that is known gets a new code, whoever asks."""
    participant = _checked(picture, form, now)
    digests = pepper.of_emails(known_forms(form.email))
    async with pool.acquire() as db, db.transaction():
        if answer := await idempotency.earlier(db, repeat):
            return answer
        entry = Entry(participant.id, participant.municipality)
        entry = await participants.enter(db, participant.campaign, digests, entry)
        participant = await _store(db, entry, participant)
        await send_code(db, pepper, participant, now)
        answer = Answer(202, orjson.dumps({"id": participant.id}, default=str).decode())
        await idempotency.keep(db, repeat, answer)
    return answer


def _checked(picture: Picture, form: Registration, now: datetime) -> Participant:
    campaign = picture.open_campaign
    check_days(campaign, now, campaign.last_day)
    picture.municipality(form.municipality)
    picture.check_organization(form.organization, form.municipality)
    if form.consent_version != campaign.consent.version:
        raise Invalid("consent-outdated", field="consent")
    return Participant(
        id=uuid_utils.compat.uuid7(),
        campaign=campaign.id,
        municipality=form.municipality,
        organization=form.organization,
        classifiers=check_classifier(campaign, "participant", {"position": form.position}),
        email=normalise_email(form.email),
        consent_version=form.consent_version,
        consented_at=now,
    )


async def _store(db: Db, entry: Entry, wanted: Participant) -> Participant:
    """The participant as stored: new, changed while still unconfirmed, or as registered before."""
    await tenancy.see(db, entry.tenant, wanted.municipality)
    if entry.participant_id == wanted.id:
        await participants.add(db, wanted)
        return wanted
    before = await participants.lock(db, entry)
    if before.registered_at is not None:
        return before
    changed = replace(wanted, id=before.id)
    await participants.replace_pending(db, changed)
    await participants.move_entry(db, Entry(before.id, wanted.municipality))
    return changed
