"""Co-authors, and the directory by which an invitation finds its initiative wherever it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import uuid_utils.compat

from services.chassis.db import queries, tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.intake.co_authors.domain import CoAuthor, State
from services.intake.core.domain import Author
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store.initiatives import initiative_of

sql = queries.load(__package__, "co_authors.sql")

ATTEMPTS = 3
"""How often an initiative is looked for that is being moved meanwhile."""

LOOKS = 20
"""How often a person is looked for who is to be forgotten; each time something has moved meanwhile."""


class Named(NamedTuple):
    """An address, and the digest by which it is known."""

    email: str
    digest: bytes


class Invitation(NamedTuple):
    """Who is to be a co-author, and of what."""

    co_author: CoAuthor
    initiative: Initiative


async def of_initiative(db: Db, initiative: Initiative) -> list[CoAuthor]:
    """Everybody who was named for an initiative or asks, those before first."""
    rows = await db.fetch(sql.of_initiative, initiative.municipality, initiative.id)
    return [_co_author(row) for row in rows]


async def add(
    db: Db, initiative: Initiative, named: Sequence[Named], participant: UUID | None, at: datetime
) -> list[CoAuthor]:
    """Store whom the author names, or the participant who asks; those of them who were not known before."""
    state = State.ASKING if participant else State.NAMED
    ids = [uuid_utils.compat.uuid4() for _ in named]
    what = (initiative.municipality, initiative.id, state, participant, at)
    emails, digests = [one.email for one in named], [one.digest for one in named]
    new = [_co_author(row) for row in await db.fetch(sql.add, *what, ids, emails, digests)]
    entered = ([one.id for one in new], [one.email_digest for one in new])
    await db.execute(sql.enter_directory, initiative.municipality, participant, at, *entered)
    return new


async def add_entered(db: Db, initiative: Initiative, participants: Sequence[UUID], at: datetime) -> None:
    """Store participants who are co-authors at once, as the staff have entered them; without addresses."""
    ids = [uuid_utils.compat.uuid7() for _ in participants]
    what = (initiative.municipality, initiative.id, State.CONFIRMED, at)
    await db.execute(sql.add_entered, *what, ids, list(participants))


async def most_named(db: Db, digests: Sequence[bytes], since: datetime) -> int:
    """How often the one of these addresses that was named most was named since then."""
    return int(await db.fetchval(sql.named_since, list(digests), since) or 0)


async def invitation(db: Db, id_: UUID, who: Author | None = None) -> Invitation:
    """An invitation, and its initiative, which stays where it is; both locked. Raises NotFound."""
    for _ in range(ATTEMPTS):
        tenant = await db.fetchval(sql.find, id_)
        if tenant is None:
            break
        await tenancy.see(db, tenant, *([who.municipality] if who else []))
        row = await db.fetchrow(sql.one_of, tenant, id_)
        held = row and await db.fetchrow(sql.hold_initiative, tenant, row["initiative_id"])
        if held and (locked := await db.fetchrow(sql.lock, tenant, id_)):
            return Invitation(_co_author(locked), initiative_of(held))
    raise NotFound("invitation-unknown")


async def hold_initiative(db: Db, municipality: str, id_: UUID) -> Initiative:
    """An initiative of a municipality, which stays there. Raises NotFound."""
    row = await db.fetchrow(sql.hold_initiative, municipality, id_)
    if row is None:
        raise NotFound("initiative-unknown")
    return initiative_of(row)


async def lock(db: Db, initiative: Initiative, id_: UUID) -> CoAuthor:
    """One who was named for an initiative or asks, locked. Raises NotFound."""
    row = await db.fetchrow(sql.lock, initiative.municipality, id_)
    if row is None or row["initiative_id"] != initiative.id:
        raise NotFound("co-author-unknown")
    return _co_author(row)


async def lock_by_address(db: Db, initiative: Initiative, digest: bytes) -> CoAuthor | None:
    """The one of this address, locked, if there is one."""
    row = await db.fetchrow(sql.lock_by_address, initiative.municipality, initiative.id, digest)
    return _co_author(row) if row else None


async def save(db: Db, co_author: CoAuthor) -> None:
    """Store what was answered."""
    c = co_author
    await db.execute(sql.save, c.municipality, c.id, c.state, c.email or None, c.participant_id, c.since)
    await db.execute(sql.save_directory, c.id, c.participant_id)


async def remove(db: Db, co_author: CoAuthor) -> None:
    """Forget that somebody was named, but not that they were written to."""
    await db.execute(sql.remove, co_author.municipality, co_author.id)


async def of_participant(db: Db, municipality: str, initiative: UUID, participant: UUID) -> list[CoAuthor]:
    """By what a participant is a co-author of an initiative or asks to be one, locked."""
    rows = await db.fetch(sql.of_participant, municipality, initiative, participant)
    return [_co_author(row) for row in rows]


async def is_confirmed(db: Db, municipality: str, initiative: UUID, participant: UUID) -> bool:
    """Whether a participant is a co-author of an initiative, under whatever address."""
    return bool(await db.fetchval(sql.is_confirmed, municipality, initiative, participant))


async def digest_of(db: Db, participant: UUID) -> bytes | None:
    """The digest of a participant's address."""
    found: bytes | None = await db.fetchval(sql.digest_of, participant)
    return found


async def forget(db: Db, participant: UUID, digest: bytes | None) -> list[UUID]:
    """Forget a person, by their id and by their address, wherever they were named: by which invitations. The
    caller sees its tenants anew."""
    gone: list[UUID] = []
    # Until none is left: what is moved at the same time is found where it is only afterwards.
    for _ in range(LOOKS):
        rows = await db.fetch(sql.places_of, participant, digest)
        if not rows:
            return gone
        places, ids = [row["tenant"] for row in rows], [row["id"] for row in rows]
        await tenancy.see(db, *set(places))
        gone += [row["id"] for row in await db.fetch(sql.forget, places, ids)]
    raise RuntimeError("a person is named where nobody finds them")


async def forget_unanswered_of(db: Db, who: Author) -> list[UUID]:
    """Forget whom an author has named and who has not confirmed, in the municipality of `who`."""
    rows = await db.fetch(sql.forget_unanswered_of, who.municipality, who.participant_id)
    return [row["id"] for row in rows]


def _co_author(row: asyncpg.Record) -> CoAuthor:
    return CoAuthor(**{**dict(row), "email": row["email"] or "", "state": State(row["state"])})
