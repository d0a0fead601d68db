"""Participants, and the codes that confirm their addresses."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.intake.core.domain import Author
from services.intake.participants.domain import Consent, ConsentKind, InPerson, Letters, Participant
from services.intake.participants.store import names

sql = queries.load(__package__, "participants.sql")

BY_LETTER, IN_PERSON = "letter", "in-person"
"""How somebody registered."""


class Entry(NamedTuple):
    """Where a participant is kept: id and municipality."""

    participant_id: UUID
    tenant: str


async def enter(db: Db, campaign: str, digests: Sequence[bytes], entry: Entry) -> Entry:
    """Enter a participant into the directory under the first digest of their address; return the entry that
    stands, ours or an earlier one under any of them. No digest: of somebody without an address."""
    if earlier := await db.fetchrow(sql.find_by_address, campaign, digests):
        return Entry(*earlier)
    row = await db.fetchrow(sql.enter_directory, campaign, next(iter(digests), None), *entry)
    return Entry(*row) if row else await find_by_address(db, campaign, digests)


async def find_by_address(db: Db, campaign: str, digests: Sequence[bytes]) -> Entry:
    """Who has this address, by the digests of its forms. Raises NotFound."""
    row = await db.fetchrow(sql.find_by_address, campaign, digests)
    if row is None:
        raise NotFound("participant-unknown", field="code")
    return Entry(*row)


async def find(db: Db, participant_id: UUID) -> Entry:
    """Where a participant is kept. Raises NotFound."""
    row = await db.fetchrow(sql.find_by_id, participant_id)
    if row is None:
        raise NotFound("participant-unknown", field="code")
    return Entry(*row)


async def move_entry(db: Db, entry: Entry) -> None:
    """A participant not yet registered has chosen another municipality."""
    await db.execute(sql.move_entry, *entry)


async def add(db: Db, participant: Participant) -> None:
    """Store a new participant."""
    p, here = participant, participant.in_person
    consent = here.consent if here else None
    await db.execute(
        sql.insert,
        *(p.municipality, p.id, p.campaign, p.organization, orjson.dumps(p.classifiers).decode()),
        *(p.email, p.consent_version, p.consented_at, p.registered_at, p.version),
        *(p.name, IN_PERSON if here else BY_LETTER, here.by if here else None),
        *((consent.kind, consent.day, consent.number) if consent else (None, None, None)),
    )


async def replace_pending(db: Db, participant: Participant) -> None:
    """Replace the data of a participant not yet registered by newer ones."""
    await db.execute(sql.remove, participant.id)
    await add(db, participant)


async def lock(db: Db, entry: Entry) -> Participant:
    """The participant, locked. Raises NotFound."""
    row = await db.fetchrow(sql.lock, entry.tenant, entry.participant_id)
    if row is None:
        raise NotFound("participant-unknown", field="code")
    return _participant(row)


async def hold(db: Db, who: Author) -> None:
    """Keep a registered participant from being erased before this transaction ends. Raises NotFound."""
    if not await db.fetchval(sql.hold, who.municipality, who.participant_id):
        raise NotFound("participant-unknown")


async def present(db: Db, who: Author) -> Participant:
    """The registered participant as they are now. Raises NotFound, also for who was erased."""
    row = await db.fetchrow(sql.present, who.municipality, who.participant_id)
    if row is None:
        raise NotFound("participant-unknown")
    return _participant(row)


async def save_corrected(db: Db, p: Participant) -> None:
    """Store what a participant has corrected."""
    classifiers = orjson.dumps(p.classifiers).decode()
    await db.execute(sql.save_corrected, p.municipality, p.id, p.organization, classifiers, p.version)


async def lock_to_erase(db: Db, who: Author) -> datetime | None:
    """Keep a registered participant from everything else; when they were erased, if they were.

    Nobody finds them by their address from then on. Raises NotFound.
    """
    # The directory first: unifying addresses locks in this order.
    await db.execute(sql.leave_directory, who.participant_id)
    row = await db.fetchrow(sql.lock_registered, who.municipality, who.participant_id)
    if row is None:
        raise NotFound("participant-unknown")
    erased_at: datetime | None = row["erased_at"]
    return erased_at


async def erase(db: Db, who: Author, at: datetime) -> None:
    """Forget the address and its code, the name and how they consented. The row stays, as the figures count
    it."""
    await names.forget(db, who.municipality, who.participant_id)
    await db.execute(sql.erase, who.municipality, who.participant_id, at)
    await db.execute(sql.forget_code, who.participant_id)


async def organization_of(db: Db, who: Author) -> UUID | None:
    """The organization of a participant's registration."""
    found: UUID | None = await db.fetchval(sql.organization_of, who.municipality, who.participant_id)
    return found


async def save_registered(db: Db, p: Participant) -> None:
    """Store that a participant is registered, and has confirmed their address."""
    confirmed = p.in_person.confirmed_at if p.in_person else None
    await db.execute(sql.save_registered, p.municipality, p.id, p.registered_at, p.version, confirmed)


async def registered_of(db: Db, municipalities: list[str]) -> AsyncIterator[Participant]:
    """Every registered participant of these municipalities, one after another. Needs a transaction."""
    async for row in db.cursor(sql.registered_of, municipalities, prefetch=500):
        yield _participant(row)


async def wrapped(db: Db) -> list[tuple[str, UUID, str]]:
    """Campaign, id and address of the participants who are stored with more than an address."""
    return [(row["campaign"], row["id"], row["email"]) for row in await db.fetch(sql.wrapped)]


async def rename(db: Db, campaign: str, participant_id: UUID, email: str, digest: bytes) -> bool:
    """Whether a participant has this address from now on: not if another one has it."""
    if not await db.fetchval(sql.rename, campaign, participant_id, digest):
        return False
    await db.execute(sql.set_email, participant_id, email)
    return True


async def letters_of(db: Db, who: Author) -> Letters:
    """Which letters a participant wants. Raises NotFound, also for who was erased."""
    found = await db.fetchval(sql.letters_of, who.municipality, who.participant_id)
    if found is None:
        raise NotFound("participant-unknown")
    return Letters(found)


async def choose_letters(db: Db, entry: Entry, chosen: Letters) -> None:
    """Store which letters a participant wants. Raises NotFound."""
    if not await db.fetchval(sql.choose_letters, entry.tenant, entry.participant_id, chosen):
        raise NotFound("participant-unknown")


async def addressees(
    db: Db, authors: Collection[UUID], wanted: Collection[Letters]
) -> dict[UUID, tuple[str, Letters]]:
    """Where to write to those of these authors who want one of such letters: their address, and what they
    want. They cannot be erased before the transaction ends."""
    rows = await db.fetch(sql.addressees, list(authors), list(wanted))
    return {row["id"]: (row["email"], Letters(row["letters"])) for row in rows if row["email"]}


async def tenants(db: Db) -> list[str]:
    """Every municipality that has participants."""
    return [row["tenant"] for row in await db.fetch(sql.tenants)]


def _participant(row: asyncpg.Record) -> Participant:
    return Participant(
        id=row["id"],
        campaign=row["campaign"],
        municipality=row["municipality"],
        organization=row["organization"],
        classifiers=orjson.loads(row["classifiers"]),
        email=row["email"],
        consent_version=row["consent_version"],
        consented_at=row["consented_at"],
        registered_at=row["registered_at"],
        version=row["version"],
        name=row["name"],
        in_person=_in_person(row) if row["registered_how"] == IN_PERSON else None,
        merged_into=row["merged_into"],
    )


def _in_person(row: asyncpg.Record) -> InPerson:
    kind, day, number = row["consent_kind"], row["consent_day"], row["consent_number"]
    consent = Consent(ConsentKind(kind), day, number) if kind else None
    return InPerson(row["entered_by"], consent, row["confirmed_at"])
