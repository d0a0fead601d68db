"""Correct what participants said of themselves: where they work, and who they are."""

from dataclasses import dataclass
from uuid import UUID

from contracts.participants import ParticipantRestated
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks
from services.chassis.streams import outbox
from services.directory.region import Picture
from services.intake.core.domain import Author, check_classifier, check_days
from services.intake.participants.store import participants
from services.intake.participants.store.participants import Entry


@dataclass(frozen=True, slots=True)
class Correction:
    """What participants say of themselves now."""

    organization: UUID | None
    position: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A participant as they are counted now."""

    organization: UUID | None
    position: str


async def correct_participant(
    pool: Pool, picture: Picture, who: Author, given: Correction, at: Moment
) -> Corrected:
    """The figures follow; initiatives stay counted as they were submitted.

    The municipality stays: no event lets a participant leave one, so another one would count them twice.
    Raises NotFound, Conflict outside the days, Invalid with everything wrong.
    """
    campaign = picture.campaign(who.campaign)
    check_days(campaign, at.now, campaign.close_until)
    checks = Checks()
    classifiers = checks.take(lambda: check_classifier(campaign, "participant", {"position": given.position}))
    checks.take(lambda: picture.check_organization(given.organization, who.municipality))
    checks.settle()
    async with pool.acquire() as db, db.transaction():
        if corrected := await idempotency.earlier(db, at, Corrected):
            return corrected
        await tenancy.see(db, who.municipality)
        participant = await participants.lock(db, Entry(who.participant_id, who.municipality))
        changed = participant.corrected(given.organization, classifiers)
        if changed is not participant:
            await participants.save_corrected(db, changed)
            await outbox.publish(db, changed.event(ParticipantRestated, campaign))
        return await idempotency.keep(db, at, Corrected(given.organization, given.position))
