"""Register a participant and write them a letter with six digits."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks
from services.chassis.mail.addresses import known_forms, normalise_email
from services.directory.region import Picture
from services.intake.core.domain import check_classifier, check_days
from services.intake.participants.commands.pace_code import pace_code
from services.intake.participants.commands.send_code import Wanted
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Accepted, Participant, check_consent
from services.intake.participants.store import participants
from services.intake.participants.store.participants import Entry


@dataclass(frozen=True, slots=True)
class Registration:
    """What participants say of themselves; without a version the consent was not given."""

    municipality: str
    organization: UUID | None
    position: str
    email: str
    consent_version: str | None


async def register_participant(
    pool: Pool, picture: Picture, pepper: Pepper, given: Registration, at: Moment, network: str = ""
) -> Accepted:
    """A known address gets a new code, whoever asks; where much is asked for from one network, later.

    Raises NotFound without an open campaign, Conflict outside its days, Invalid with everything wrong,
    SlowDown after ten letters in an hour.
    """
    participant = _checked(picture, given, at.now)
    digests = pepper.of_emails(known_forms(given.email))
    async with pool.acquire() as db, db.transaction():
        if accepted := await idempotency.earlier(db, at, Accepted):
            return accepted
        entry = Entry(participant.id, participant.municipality)
        entry = await participants.enter(db, participant.campaign, digests, entry)
        participant = await _store(db, entry, participant)
        wanted = Wanted(digests[0], participant, picture.open_campaign)
        return await idempotency.keep(db, at, await pace_code(db, pepper, wanted, network))


def _checked(picture: Picture, given: Registration, now: datetime) -> Participant:
    campaign = picture.open_campaign
    check_days(campaign, now, campaign.last_day)
    municipality, position = given.municipality, {"position": given.position}
    checks = Checks()
    checks.take(lambda: picture.municipality(municipality))
    classifiers = checks.take(lambda: check_classifier(campaign, "participant", position))
    # Of an unknown municipality any organization would be elsewhere.
    if municipality in picture.municipalities:
        checks.take(lambda: picture.check_organization(given.organization, municipality))
    email = checks.take(lambda: normalise_email(given.email))
    consent_version = checks.take(lambda: check_consent(campaign, given.consent_version))
    checks.settle()
    return Participant(
        id=uuid_utils.compat.uuid7(),
        campaign=campaign.id,
        municipality=municipality,
        organization=given.organization,
        classifiers=classifiers,
        email=email,
        consent_version=consent_version,
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
