"""Find participants by name, or by their whole address; look at one."""

from datetime import datetime
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, NotFound
from services.chassis.mail.addresses import known_forms, masked
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.assisted.domain import FOUND_MOST, Found
from services.intake.assisted.reach import within
from services.intake.core.authority import Deed, may
from services.intake.core.domain import PERSON_SEEN, Author
from services.intake.core.store import audit
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Participant, name_words
from services.intake.participants.store import names, participants
from services.intake.participants.store.names import Within


async def find_people(
    pool: Pool, known: Subordination, pepper: Pepper, by: Staff, municipality: str, q: str, now: datetime
) -> list[Found]:
    """At most ten whose name has every word of `q`, or who have this address; each is noted in the audit.

    Raises NotFound, Forbidden for whoever neither enters anything there nor consults.
    """
    among = within(by, known, municipality, now)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, municipality)
        found = [_found(person) for person in await _people(db, pepper, among, q)]
        for one in found:
            await audit.note(db, municipality, by, now, PERSON_SEEN, one.id)
    return found


async def show_person(
    pool: Pool, known: Subordination, by: Staff, id_: UUID, now: datetime
) -> tuple[Found, str]:
    """One of those whom somebody may find, noted in the same way; and in which municipality. Raises NotFound
    for anybody else."""
    async with pool.acquire() as db, db.transaction():
        entry = await participants.find(db, id_)
        if not may(by, Deed.FIND_PEOPLE, entry.tenant):
            raise NotFound("participant-unknown")
        among = within(by, known, entry.tenant, now)
        await tenancy.see(db, entry.tenant)
        person = await participants.present(db, Author(id_, entry.tenant, among.campaign, ""))
        if not _is_among(person, among):
            raise NotFound("participant-unknown")
        await audit.note(db, entry.tenant, by, now, PERSON_SEEN, id_)
    return _found(person), entry.tenant


async def _people(db: Db, pepper: Pepper, among: Within, q: str) -> list[Participant]:
    if "@" in q:
        return await _by_address(db, pepper, among, q)
    if not (words := name_words(q)):
        return []
    ids = await names.find(db, among, pepper.of_name(words), FOUND_MOST)
    return [
        await participants.present(db, Author(id_, among.municipality, among.campaign, "")) for id_ in ids
    ]


async def _by_address(db: Db, pepper: Pepper, among: Within, q: str) -> list[Participant]:
    try:
        digests = pepper.of_emails(known_forms(q))
        entry = await participants.find_by_address(db, among.campaign, digests)
        whose = Author(entry.participant_id, among.municipality, among.campaign, "")
        person = await participants.present(db, whose)
    except (Invalid, NotFound):
        return []
    return [person] if _is_among(person, among) else []


def _is_among(person: Participant, among: Within) -> bool:
    of_campaign = person.campaign == among.campaign
    return of_campaign and (among.whole or person.organization in among.organizations)


def _found(person: Participant) -> Found:
    return Found(
        id=person.id,
        name=person.name or "",
        email_masked=masked(person.email) if person.email else "",
        organization=person.organization,
        registered_at=person.registered_at or person.consented_at,
    )
