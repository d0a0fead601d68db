"""Merge two participants who are one person: what is of one is of the other from now on, and one counts."""

from dataclasses import dataclass, replace
from uuid import UUID

from contracts.initiatives import InitiativeRestated
from contracts.participants import ParticipantMerged
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Invalid, NotFound
from services.chassis.mail import letters
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.assisted.reach import level_for
from services.intake.assisted.store import entered, merging
from services.intake.core.authority import Deed, may
from services.intake.core.domain import PERSONS_MERGED, check_days
from services.intake.core.store import audit, sessions
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Participant, name_words
from services.intake.participants.store import names, participants
from services.intake.participants.store.participants import Entry


@dataclass(frozen=True, slots=True)
class Merging:
    """Who is no participant of their own, and who they are."""

    gone: UUID
    into: UUID


@dataclass(frozen=True, slots=True)
class Merged:
    """Who counts from now on, and how many initiatives they got."""

    participant: UUID
    initiatives: int


async def merge_participants(
    pool: Pool, known: Subordination, pepper: Pepper, by: Staff, given: Merging, at: Moment
) -> Merged:
    """Registered falls by one, submitted stays. Of two who sign in nobody but themselves can say that they
    are one; who signs in is who stays.

    Raises NotFound, also for people who are not the sender's, Conflict for two who sign in, outside the days
    and for two of different municipalities or campaigns, Invalid for one and the same.
    """
    if given.gone == given.into:
        raise Invalid("merge-oneself", field="into")
    async with pool.acquire() as db, db.transaction():
        if merged := await idempotency.earlier(db, at, Merged):
            return merged
        entries = [await participants.find(db, id_) for id_ in (given.gone, given.into)]
        if not all(may(by, Deed.ENTER, entry.tenant) for entry in entries):
            raise NotFound("participant-unknown")
        await tenancy.see(db, *{entry.tenant for entry in entries})
        for place in sorted({entry.tenant for entry in entries}):
            await entered.hold(db, place)
        # The directory first: erasing and unifying addresses lock in this order.
        digest = await merging.leave_directory(db, given.gone)
        gone, into = await _lock(db, known, by, entries, at)
        campaign = known.picture.campaign(gone.campaign)
        check_days(campaign, at.now, campaign.close_until)
        left = replace(gone, merged_into=into.id, version=gone.version + 1)
        stays = replace(into, name=into.name or gone.name, email=into.email or gone.email)
        await merging.save(db, left, stays, digest if into.email is None else None, at.now)
        await _rename(db, pepper, into, stays, gone)
        told = await _give(db, campaign, gone, into)
        # Wherever there was a meeting: the rows that wait are sent for the other.
        await tenancy.see(db, "*")
        await merging.give_lines(db, gone, into)
        await sessions.remove_all(db, gone.id)
        await letters.drop(db, gone.id)
        await outbox.publish(db, *told, left.event(ParticipantMerged, campaign, into=into.id))
        await audit.note(db, into.municipality, by, at.now, PERSONS_MERGED, into.id)
        await audit.note(db, into.municipality, by, at.now, PERSONS_MERGED, gone.id)
        return await idempotency.keep(db, at, Merged(into.id, len(told)))


async def _lock(
    db: Db, known: Subordination, by: Staff, entries: list[Entry], at: Moment
) -> tuple[Participant, Participant]:
    """Both, locked in one order. Raises NotFound, Conflict."""
    found = {entry.participant_id: await participants.lock(db, entry) for entry in sorted(entries)}
    gone, into = (found[entry.participant_id] for entry in entries)
    if gone.registered_at is None or into.registered_at is None:
        raise NotFound("participant-unknown")
    for person in (gone, into):
        if level_for(by, known, person.municipality, person.organization, at.now) is None:
            raise NotFound("participant-unknown")
    if (gone.municipality, gone.campaign) != (into.municipality, into.campaign):
        raise Conflict("merge-apart")
    if gone.signs_in:
        raise Conflict("merge-two-signing-in" if into.signs_in else "merge-other-way")
    return gone, into


async def _rename(db: Db, pepper: Pepper, into: Participant, stays: Participant, gone: Participant) -> None:
    """Whoever stays takes a name over that they had none of."""
    await names.forget(db, gone.municipality, gone.id)
    if stays.name and not into.name:
        await names.keep(db, into.municipality, into.id, pepper.of_name(name_words(stays.name)))


async def _give(
    db: Db, campaign: CampaignDefined, gone: Participant, into: Participant
) -> list[InitiativeRestated]:
    """Give everything to the other; what is told of the initiatives."""
    pair = (gone.id, into.id)
    places = {into.municipality, *await merging.places_of(db, pair)}
    await tenancy.see(db, *places)
    given = [
        replace(one, participant_id=into.id, version=one.version + 1)
        for one in await merging.lock_initiatives(db, places, pair)
        if one.participant_id == gone.id
    ]
    await merging.give(db, gone, into, given)
    return [one.event(InitiativeRestated, campaign) for one in given]
