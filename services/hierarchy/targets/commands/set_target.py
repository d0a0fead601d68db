"""Set the targets of a municipality: by an act of its Head, or as the SMO has them from a letter."""

from dataclasses import dataclass

from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.audit import TARGET_SET
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.versions import check_seen
from services.hierarchy.core.store import audit
from services.hierarchy.targets.commands.lock_targets import Locked, find_locked, lock_place
from services.hierarchy.targets.domain.targets import (
    Prepared,
    Typed,
    TypedPaper,
    Version,
    check_draft,
    check_signed,
    check_unconfirmed,
)
from services.hierarchy.targets.store import targets


@dataclass(frozen=True, slots=True)
class NewTarget:
    """The targets as they were typed, and the act or the letter. `sure`: there may be more than people;
    `seen`: the version that is replaced or confirmed (`check_seen`); `prepared_at`: what was prepared
    (`check_draft`)."""

    municipality: str
    typed: Typed
    act: TypedPaper | None = None
    letter: TypedPaper | None = None
    sure: bool = False
    seen: int | None = None
    prepared_at: str | None = None


@dataclass(frozen=True, slots=True)
class TargetStored:
    """The version that is in force now; `waits`: what is prepared and waits on, as the Head has not seen
    it."""

    version: int
    waits: Prepared | None = None


async def set_target(pool: Pool, by: Staff, given: NewTarget, at: Moment) -> TargetStored:
    """The same numbers by an act confirm what an SMO has entered from a letter.

    Raises NotFound for a foreign municipality, Forbidden, Invalid with everything wrong, Conflict outside the
    days, if another version stands than was seen or something else was prepared, over what the Head has set
    (an SMO), or for more than there are people (`sure` says that it is meant).
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, TargetStored):
            return done
        place = await lock_place(db, by, given.municipality)
        who, by_letter = _acting(by, place)
        locked = await find_locked(db, place, at.now)
        version = _version(given, locked, who, by_letter, at)
        draft = await targets.draft(db, place.of, locked.campaign) if version.confirmed else None
        waits = check_draft(draft, version.figures, given.prepared_at) if version.confirmed else None
        await _save(db, version, who)
        if draft and not waits:
            await targets.drop_draft(db, place.of, locked.campaign.id)
        stored = TargetStored(version.number, waits.waiting() if waits else None)
        return await idempotency.keep(db, at, stored)


def _acting(by: Staff, place: Place) -> tuple[Acting, bool]:
    """In what capacity they set the targets, and whether from a letter alone. Raises as `authority` does."""
    if may(by, Deed.ENTER_TARGETS, place) and not may(by, Deed.SET_TARGETS, place):
        return authority(by, Deed.ENTER_TARGETS, place), True
    return authority(by, Deed.SET_TARGETS, place), False


def _version(given: NewTarget, locked: Locked, who: Acting, by_letter: bool, at: Moment) -> Version:
    """The next version. Raises Invalid, Conflict."""
    if by_letter:
        check_unconfirmed(locked.last)
    checks, paper = Checks(), given.letter if by_letter else given.act
    figures = checks.take(lambda: locked.check(given.typed))
    signed = checks.take(lambda: check_signed(paper, by_letter, locked.campaign, at.now))
    checks.settle()
    stands = locked.last.number if locked.last else 0
    check_seen(given.seen, stands, "target-changed", field="seen")
    locked.check_people(figures, given.sure)
    return Version(
        municipality=locked.place.of,
        campaign=locked.campaign.id,
        number=stands + 1,
        figures=figures,
        paper=signed,
        confirmed=not by_letter,
        smo=locked.place.smo if by_letter else None,
        entered_by=who.account,
        on_behalf_of=who.on_behalf_of,
        entered_at=at.now,
    )


async def _save(db: Db, version: Version, who: Acting) -> None:
    await targets.add(db, version)
    await outbox.publish(db, version.event())
    await audit.note(db, version.municipality, who, version.entered_at, TARGET_SET, version.subject)
