"""Prepare the targets of a municipality for its Head."""

from dataclasses import dataclass

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import TARGET_PREPARED
from services.hierarchy.core.store import audit
from services.hierarchy.targets.commands.lock_targets import find_locked, lock_place
from services.hierarchy.targets.domain.targets import Draft, Prepared, Typed
from services.hierarchy.targets.store import targets


@dataclass(frozen=True, slots=True)
class NewDraft:
    """The targets as they were typed. `sure`: there may be more than people."""

    municipality: str
    typed: Typed
    sure: bool = False


async def prepare_target(pool: Pool, by: Staff, given: NewDraft, at: Moment) -> Prepared:
    """They wait for the Head, in the place of what was prepared before.

    Raises NotFound for a foreign municipality, Forbidden, Invalid with everything wrong, Conflict outside the
    days, or for more than there are people.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Prepared):
            return done
        place = await lock_place(db, by, given.municipality)
        who = authority(by, Deed.PREPARE_TARGETS, place)
        locked = await find_locked(db, place, at.now)
        figures = locked.check(given.typed)
        locked.check_people(figures, given.sure)
        draft = Draft(place.of, locked.campaign.id, figures, who.account, at.now)
        await targets.save_draft(db, draft)
        await audit.note(db, place.of, who, at.now, TARGET_PREPARED, f"municipality:{place.of}")
        return await idempotency.keep(db, at, draft.waiting())
