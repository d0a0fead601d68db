"""Answer whether one is a co-author, as the author has named one."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, NotFound
from services.chassis.mail import letters
from services.directory.region import Picture
from services.intake.co_authors.domain import CLOSED, CoAuthor, State
from services.intake.co_authors.store import co_authors
from services.intake.core.domain import Author, check_days
from services.intake.initiatives.store import authorship, course
from services.intake.initiatives.store.authorship import Elsewhere, Role
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Answering:
    """The invitation, by the id in its letter."""

    invitation: UUID


@dataclass(frozen=True, slots=True)
class Answered:
    """Of which initiative one is a co-author now, or is not."""

    initiative: UUID
    state: State


async def accept_invitation(
    pool: Pool, picture: Picture, who: Author, given: Answering, at: Moment
) -> Answered:
    """The initiative is among one's own from now on. Whoever has the letter answers it, under whatever
    address they have registered.

    Raises NotFound for an unknown or answered one, Conflict outside the days, for a closed initiative, for
    its author and for who is its co-author already.
    """
    async with pool.acquire() as db, db.transaction():
        if answered := await idempotency.earlier(db, at, Answered):
            return answered
        await tenancy.see(db, who.municipality)
        # The participant before the initiative, as moving and erasing lock them.
        await participants.hold(db, who)
        one, initiative = await co_authors.invitation(db, given.invitation, who)
        if one.state is State.CONFIRMED and one.participant_id == who.participant_id:
            return await idempotency.keep(db, at, Answered(initiative.id, one.state))
        if one.state is not State.NAMED or initiative.campaign != who.campaign:
            raise NotFound("invitation-unknown")
        campaign = picture.campaign(initiative.campaign)
        check_days(campaign, at.now, campaign.close_until)
        await course.check_open(db, initiative, at.now, CLOSED)
        if initiative.participant_id == who.participant_id:
            raise Conflict("co-author-oneself")
        await confirm(db, one, who.participant_id)
        return await idempotency.keep(db, at, Answered(initiative.id, State.CONFIRMED))


async def decline_invitation(pool: Pool, given: Answering, at: Moment) -> Answered:
    """The address is erased; nobody writes to it of this initiative again. Needs no sign-in.

    Raises NotFound for an unknown one, and for who has accepted.
    """
    async with pool.acquire() as db, db.transaction():
        if answered := await idempotency.earlier(db, at, Answered):
            return answered
        one, initiative = await co_authors.invitation(db, given.invitation)
        if one.state is not State.NAMED:
            raise NotFound("invitation-unknown")
        await decline(db, one, State.DECLINED)
        return await idempotency.keep(db, at, Answered(initiative.id, State.DECLINED))


async def confirm(db: Db, one: CoAuthor, participant_id: UUID) -> None:
    """Let a locked one be a co-author from now on; the initiative stays where it is meanwhile.

    Raises Conflict for who is one already, under another address.
    """
    now = datetime.now(UTC)
    there = Elsewhere(one.initiative_id, one.municipality, Role.CO_AUTHOR)
    # Before the look at the others: of two confirmations at once the later waits here, and sees the earlier.
    await authorship.keep(db, participant_id, there, now)
    if await co_authors.is_confirmed(db, one.municipality, one.initiative_id, participant_id):
        raise Conflict("co-author-already")
    await co_authors.save(db, replace(one, state=State.CONFIRMED, participant_id=participant_id, since=now))


async def decline(db: Db, one: CoAuthor, state: State) -> None:
    """Let a locked one be none; the address goes, and a letter that still waits."""
    now = datetime.now(UTC)
    await co_authors.save(db, replace(one, state=state, email="", participant_id=None, since=now))
    await letters.drop(db, one.id)
