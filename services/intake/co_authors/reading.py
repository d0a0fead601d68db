"""Who was named for an initiative or asks, and what an invitation is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import Forbidden, NotFound
from services.intake.co_authors.domain import CoAuthor, State
from services.intake.co_authors.store import co_authors
from services.intake.core.domain import Author
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import authorship
from services.intake.initiatives.store.authorship import Role


@dataclass(frozen=True, slots=True)
class OneNamed:
    """Somebody who was named or asks, as the author sees them."""

    id: UUID
    email: str
    state: State
    since: datetime


@dataclass(frozen=True, slots=True)
class AllNamed:
    """Everybody who was named for an initiative or asks, those before first."""

    items: list[OneNamed]


def all_named(found: Sequence[CoAuthor]) -> AllNamed:
    """As the author sees them."""
    return AllNamed([OneNamed(one.id, one.email, one.state, one.since) for one in found])


async def co_authors_of(pool: Pool, who: Author, initiative_id: UUID) -> tuple[Initiative, AllNamed]:
    """An author's initiative, and everybody who was named for it or asks. Raises NotFound, and Forbidden for
    a co-author."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        own = await authorship.one_of(db, who, initiative_id)
        if own.role is not Role.AUTHOR:
            raise Forbidden("author-alone")
        return own.initiative, all_named(await co_authors.of_initiative(db, own.initiative))


async def invited_to(pool: Pool, invitation_id: UUID) -> Initiative:
    """The initiative of an invitation that waits for its answer. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        one, initiative = await co_authors.invitation(db, invitation_id)
    if one.state is not State.NAMED:
        raise NotFound("invitation-unknown")
    return initiative


async def supported(pool: Pool, who: Author, initiative_id: UUID) -> Initiative:
    """Somebody's initiative of one's own municipality, which one may support. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        initiative = await co_authors.hold_initiative(db, who.municipality, initiative_id)
    if initiative.participant_id is None or initiative.campaign != who.campaign:
        raise NotFound("initiative-unknown")
    return initiative
