"""Keep a draft of an initiative."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.directory.region import Picture
from services.intake.core.domain import Author
from services.intake.initiatives.domain import DRAFTS_MOST, Draft, DraftOf, check_draft
from services.intake.initiatives.store import drafts
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it is kept from now on."""

    id: UUID
    version: int
    saved_at: datetime


async def save_draft(
    pool: Pool, picture: Picture, who: Author, which: DraftOf, given: Draft, at: Moment
) -> Kept:
    """A new one, or the next version of one that nobody else has saved since; it counts nowhere.

    Raises Invalid for an empty or overlong one, Conflict for a stale one or one too many, NotFound for one
    that was submitted or deleted.
    """
    draft = check_draft(picture.campaign(who.campaign), given)
    async with pool.acquire() as db, db.transaction():
        if kept := await idempotency.earlier(db, at, Kept):
            return kept
        await tenancy.see(db, who.municipality)
        await participants.hold(db, who)
        if which.version:
            await drafts.lock(db, who, which.id)
        elif await drafts.count_of(db, who) >= DRAFTS_MOST:
            raise Conflict("drafts-too-many", limit=DRAFTS_MOST)
        version = await drafts.save(db, who, which, draft, at.now)
        if version is None:
            raise Conflict("draft-newer")
        return await idempotency.keep(db, at, Kept(which.id, version, at.now))
