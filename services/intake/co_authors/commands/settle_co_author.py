"""Settle who is a co-author: the author confirms who asks, or removes anybody; a co-author leaves."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound
from services.chassis.mail import letters
from services.directory.region import Picture
from services.intake.co_authors.commands.answer_invitation import Answered, confirm, decline
from services.intake.co_authors.domain import CLOSED, SETTLED, CoAuthor, State
from services.intake.co_authors.store import co_authors
from services.intake.core.domain import Author, check_days
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import authorship, course
from services.intake.initiatives.store.authorship import Role
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Settling:
    """Who was named for an initiative or asks."""

    initiative: UUID
    co_author: UUID


async def confirm_co_author(
    pool: Pool, picture: Picture, who: Author, given: Settling, at: Moment
) -> Answered:
    """Who asks is a co-author from now on.

    Raises NotFound for who does not ask, Forbidden for a co-author, Conflict outside the days, for a closed
    initiative and for who is a co-author under another address.
    """
    async with pool.acquire() as db, db.transaction():
        if answered := await idempotency.earlier(db, at, Answered):
            return answered
        initiative, one = await _locked(db, who, given)
        if one.state is not State.CONFIRMED:
            campaign = picture.campaign(initiative.campaign)
            check_days(campaign, at.now, campaign.close_until)
            await course.check_open(db, initiative, at.now, CLOSED)
            if one.state is not State.ASKING or one.participant_id is None:
                raise NotFound("co-author-unknown")
            await confirm(db, one, one.participant_id)
        return await idempotency.keep(db, at, Answered(initiative.id, State.CONFIRMED))


async def remove_co_author(pool: Pool, who: Author, given: Settling) -> None:
    """Who was named is forgotten, who was confirmed no longer finds the initiative, who asks is refused.
    Who has declined or was refused stays so: nobody writes to them again.

    A repeat changes nothing. Raises NotFound for a foreign initiative, Forbidden for a co-author.
    """
    async with pool.acquire() as db, db.transaction():
        try:
            _, one = await _locked(db, who, given)
        except NotFound as refusal:
            if refusal.slug == "co-author-unknown":
                return
            raise
        if one.state in SETTLED:
            return
        if one.state is State.ASKING:
            await decline(db, one, State.REFUSED)
            return
        await co_authors.remove(db, one)
        await letters.drop(db, one.id)
        await _take_back(db, one)


async def _take_back(db: Db, removed: CoAuthor) -> None:
    """Its person no longer finds the initiative, unless they are a co-author under another address too."""
    what, person = (removed.municipality, removed.initiative_id), removed.participant_id
    if person is not None and not await co_authors.is_confirmed(db, *what, person):
        await authorship.remove(db, person, removed.initiative_id)


async def leave_initiative(pool: Pool, who: Author, initiative: UUID) -> None:
    """The initiative is no longer among one's own; it stays its author's, as it is.

    Raises NotFound for who is no co-author of it.
    """
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        await participants.hold(db, who)
        own = await authorship.one_of(db, who, initiative)
        if own.role is not Role.CO_AUTHOR:
            raise NotFound("initiative-unknown")
        # Whoever moves it waits; where it was moved just before, nothing of it is found here any more.
        held = await co_authors.hold_initiative(db, own.initiative.municipality, initiative)
        for one in await co_authors.of_participant(db, held.municipality, held.id, who.participant_id):
            await decline(db, one, State.DECLINED)
        await authorship.remove(db, who.participant_id, initiative)


async def _locked(db: Db, who: Author, given: Settling) -> tuple[Initiative, CoAuthor]:
    await tenancy.see(db, who.municipality)
    await participants.hold(db, who)
    initiative = await authorship.lock(db, who, given.initiative)
    return initiative, await co_authors.lock(db, initiative, given.co_author)
