"""Correct what participants said of themselves: in which municipality, where they work, and who they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.participants import ParticipantJoined, ParticipantLeft, ParticipantRestated
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks
from services.chassis.streams import outbox
from services.directory.region import Picture
from services.intake.core.domain import Author, check_classifier, check_days
from services.intake.corrections import domain as rules
from services.intake.corrections.commands.correct_initiative import move_all
from services.intake.corrections.domain import Move, Place
from services.intake.corrections.store import moves as store
from services.intake.initiatives.domain import Initiative
from services.intake.participants.domain import Participant
from services.intake.participants.store import participants
from services.intake.participants.store.participants import Entry


@dataclass(frozen=True, slots=True)
class Correction:
    """What participants say of themselves now; no municipality: the one before."""

    organization: UUID | None
    position: str
    municipality: str | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A participant as they are counted now; `moved`: how many initiatives went along."""

    organization: UUID | None
    position: str
    municipality: str
    moved: int = 0


async def correct_participant(
    pool: Pool, picture: Picture, who: Author, given: Correction, at: Moment
) -> Corrected:
    """The figures follow. Into another municipality go drafts, sessions, and the initiatives there that are
    open; those that are closed, or go on for others too, stay counted where that was decided, and their
    author finds them.

    Raises NotFound, Conflict outside the days, Invalid with everything wrong.
    """
    campaign = picture.campaign(who.campaign)
    check_days(campaign, at.now, campaign.close_until)
    there = given.municipality or who.municipality
    classifiers = _checked(picture, campaign, there, who, given)
    async with pool.acquire() as db, db.transaction():
        if corrected := await idempotency.earlier(db, at, Corrected):
            return corrected
        await tenancy.see(db, who.municipality, there)
        # The directory first: erasing and unifying addresses lock in this order.
        if there != who.municipality:
            await participants.move_entry(db, Entry(who.participant_id, there))
        participant = await participants.lock(db, Entry(who.participant_id, who.municipality))
        changed = participant.corrected(given.organization, classifiers)
        moved = 0
        if there != who.municipality:
            moved = await _move(db, who, participant, replace(changed, municipality=there), campaign, at.now)
        elif changed is not participant:
            await participants.save_corrected(db, changed)
            await outbox.publish(db, changed.event(ParticipantRestated, campaign))
        corrected = Corrected(given.organization, given.position, there, moved)
        return await idempotency.keep(db, at, corrected)


def _checked(
    picture: Picture, campaign: CampaignDefined, there: str, who: Author, given: Correction
) -> dict[str, str]:
    checks = Checks()
    if there != who.municipality:
        checks.take(lambda: picture.municipality(there))
    classifiers = checks.take(lambda: check_classifier(campaign, "participant", {"position": given.position}))
    # Of an unknown municipality any organization would be elsewhere.
    if there in picture.municipalities or there == who.municipality:
        checks.take(lambda: picture.check_organization(given.organization, there))
    checks.settle()
    return classifiers


async def _move(
    db: Db,
    who: Author,
    before: Participant,
    changed: Participant,
    campaign: CampaignDefined,
    now: datetime,
) -> int:
    """Move a locked participant and what is open of theirs; how many initiatives."""
    after = replace(changed, version=before.version + 2)
    registered = replace(who, municipality=after.municipality)
    found = await store.lock_open_of(db, who)
    staying = await store.merged_into(db, who.municipality, [one.id for one in found])
    going = [one for one in found if one.id not in staying]
    moves = _moves(going, before, after, campaign, now)
    leaving = replace(before, version=before.version + 1)
    told: list[Event] = [leaving.event(ParticipantLeft, campaign), after.event(ParticipantJoined, campaign)]
    if moves:
        told += await move_all(db, registered, moves, campaign, now)
    await tenancy.see(db, who.municipality, after.municipality)
    await store.save_participant(db, who, after, now)
    await outbox.publish(db, *told)
    return len(moves)


def _moves(
    going: Sequence[Initiative],
    before: Participant,
    after: Participant,
    campaign: CampaignDefined,
    now: datetime,
) -> list[Move]:
    """What is of the participant's workplace is of the new one; other organizations stay where they are."""
    found = []
    for one in going:
        of_workplace = one.organization is not None and one.organization == before.organization
        organization = after.organization if of_workplace else None
        place = Place(after.municipality, organization, one.direction, one.classifiers)
        if (move := rules.correct(one, place, now, campaign)) is not None:
            found.append(move)
    return found
