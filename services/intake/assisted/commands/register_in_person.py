"""Find out who an author is, and register whom nobody knows yet; part of entering initiatives."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from uuid import UUID

import uuid_utils.compat

from contracts.participants import ParticipantRegistered
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db
from services.chassis.errors import Checks, Invalid, NotFound, Refused
from services.chassis.mail.addresses import known_forms, normalise_email
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.intake.assisted.domain import Alike, Entering, Known, NewPerson
from services.intake.core.domain import (
    PERSON_REGISTERED,
    PERSON_SEEN,
    Author,
    check_classifier,
    local,
)
from services.intake.core.store import audit
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import (
    InPerson,
    Participant,
    check_name,
    check_recorded,
    name_words,
)
from services.intake.participants.store import names, participants
from services.intake.participants.store.participants import Entry


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who may not be registered yet, as the sender names them, checked."""

    given: NewPerson
    participant: Participant
    digests: tuple[bytes, ...]
    """Of the address, in all of its forms; none without one."""

    @property
    def sameness(self) -> object:
        """By what two in one row are the same person."""
        if self.given.key or self.given.new:
            return self.given.key or self.participant.id
        return self.participant.email or name_words(self.participant.name or "")


@dataclass(slots=True)
class People:
    """The people of one request, who are looked for one after another in its transaction."""

    db: Db
    campaign: CampaignDefined
    pepper: Pepper
    by: Staff
    entering: Entering
    at: Moment
    places: set[str] = field(default_factory=set)
    """Municipalities whose rows are seen."""
    by_key: dict[UUID, Entry] = field(default_factory=dict)

    def newcomer(self, nth: int, given: NewPerson) -> Newcomer:
        """A new person, checked. Raises Invalid with everything wrong, by the author's fields."""
        campaign, checks, at = self.campaign, Checks(), self.at.now
        today = local(at, campaign).date()
        name = checks.take(lambda: check_name(given.name))
        email = checks.take(lambda: normalise_email(given.email or "")) if given.email else None
        position = {"position": given.position}
        classifiers = checks.take(lambda: check_classifier(campaign, "participant", position))
        consent = checks.take(lambda: check_recorded(given.consent, campaign.prepare_from, today))
        _settle(checks, nth)
        participant = Participant(
            id=uuid_utils.compat.uuid7(),
            campaign=campaign.id,
            municipality=self.entering.municipality,
            organization=self.entering.organization,
            classifiers=classifiers,
            email=email,
            consent_version=campaign.consent.version,
            consented_at=at,
            registered_at=at,
            version=1,
            name=name,
            in_person=InPerson(self.by.account, consent),
        )
        digests = self.pepper.of_emails(known_forms(email)) if email else []
        return Newcomer(given, participant, tuple(digests))

    async def look_up(self, author: Newcomer | Known) -> Entry | Newcomer:
        """Where somebody is registered already, who stays so for this transaction; or the newcomer.

        Raises NotFound for an unknown participant, and for one of another municipality or campaign.
        """
        if isinstance(author, Known):
            return await self._known(author.participant)
        if author.given.key in self.by_key:
            return self.by_key[author.given.key]
        if not author.digests:
            return author
        try:
            entry = await participants.find_by_address(self.db, self.campaign.id, author.digests)
            await self.see(entry.tenant)
            await participants.hold(self.db, self.author(entry))
        except NotFound:
            return author
        return entry

    async def alike(self, nth: int, newcomer: Newcomer) -> list[Alike]:
        """Those of the same organization under the same name, whom the sender has not looked at yet; that
        they are shown is noted."""
        if newcomer.given.new:
            return []
        p, sought = newcomer.participant, set(self._digests(newcomer))
        near = await names.near(self.db, p.municipality, p.campaign, p.organization, sought)
        found = [Entry(id_, p.municipality) for id_, words in near.items() if _are_alike(sought, words)]
        return [await self._shown(nth, entry) for entry in found]

    async def register(self, newcomer: Newcomer) -> Entry:
        """Register somebody, who counts from now on. An address that waits for its code is taken over with
        what it said of itself replaced."""
        p = newcomer.participant
        entry = await participants.enter(self.db, p.campaign, newcomer.digests, Entry(p.id, p.municipality))
        if entry.participant_id == p.id:
            await participants.add(self.db, p)
        else:
            await self.see(entry.tenant)
            if (await participants.lock(self.db, entry)).registered_at is not None:
                return entry
            p = replace(p, id=entry.participant_id)
            await participants.replace_pending(self.db, p)
            entry = Entry(p.id, p.municipality)
            await participants.move_entry(self.db, entry)
        await names.keep(self.db, p.municipality, p.id, self._digests(newcomer))
        await outbox.publish(self.db, p.event(ParticipantRegistered, self.campaign))
        await audit.note(self.db, p.municipality, self.by, self.at.now, PERSON_REGISTERED, p.id)
        if newcomer.given.key:
            self.by_key[newcomer.given.key] = entry
        return entry

    def author(self, entry: Entry) -> Author:
        """A participant as other rooms know one who asks."""
        return Author(entry.participant_id, entry.tenant, self.campaign.id, "")

    async def see(self, *places: str) -> None:
        """See these municipalities' rows too: an address may be registered elsewhere."""
        self.places |= {self.entering.municipality, *places}
        await tenancy.see(self.db, *self.places)

    async def _known(self, id_: UUID) -> Entry:
        entry = await participants.find(self.db, id_)
        person = await participants.present(self.db, self.author(entry))
        if (person.municipality, person.campaign) != (self.entering.municipality, self.campaign.id):
            raise NotFound("participant-unknown")
        await participants.hold(self.db, self.author(entry))
        return entry

    async def _shown(self, nth: int, entry: Entry) -> Alike:
        person = await participants.present(self.db, self.author(entry))
        await audit.note(self.db, entry.tenant, self.by, self.at.now, PERSON_SEEN, person.id)
        return Alike(nth, person.id, person.name or "")

    def _digests(self, newcomer: Newcomer) -> list[bytes]:
        return self.pepper.of_name(name_words(newcomer.participant.name or ""))


def check_different(newcomers: Collection[tuple[int, Newcomer]]) -> None:
    """Raises Invalid for those of a row who are there twice."""
    checks, seen = Checks(), set[object]()
    for nth, newcomer in newcomers:
        if newcomer.sameness in seen:
            checks.note(Invalid("author-twice", field=f"authors.{nth}.name"))
        seen.add(newcomer.sameness)
    checks.settle()


def _are_alike(one: set[bytes], other: set[bytes]) -> bool:
    """Whether two names are the same, or one has all words of the other, which has two at the least."""
    shorter = min(one, other, key=len)
    return one == other or (len(shorter) > 1 and shorter <= one and shorter <= other)


def _settle(checks: Checks, nth: int) -> None:
    try:
        checks.settle()
    except Refused as refusal:
        for each in refusal.every():
            each.field = f"authors.{nth}.{each.field}"
        raise
