"""Erase a participant who withdraws the consent."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from contracts.event import Event
from contracts.initiatives import InitiativeRestated, InitiativeWithdrawn
from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.mail import letters
from services.chassis.streams import outbox
from services.directory.region import Picture
from services.intake.attachments.store import attachments
from services.intake.co_authors.store import co_authors
from services.intake.core.domain import Author
from services.intake.core.store import sessions
from services.intake.determination.store import decisions
from services.intake.help.commands.end_left_over import forget as forget_help
from services.intake.initiatives.store import acceptances, authorship, course, drafts, initiatives
from services.intake.initiatives.store.authorship import Role
from services.intake.participants.store import participants
from services.intake.personal.domain import Texts
from services.intake.staff_meetings.commands.forget_person import forget_person

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Erased:
    """Since when nothing personal is stored of a participant."""

    erased_at: datetime


async def erase_participant(pool: Pool, picture: Picture, who: Author, texts: Texts, now: datetime) -> Erased:
    """The address, its digest, sessions, codes, drafts, files, co-authorships, requests for help, lines on
    sheets of staff meetings, waiting letters, earlier wordings and what was said to the author in decisions
    go; the figures stay.

    A repeat, from whichever browser, changes nothing. Raises NotFound for who never registered.
    """
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        digest = await co_authors.digest_of(db, who.participant_id)
        if erased_at := await participants.lock_to_erase(db, who):
            return Erased(erased_at)
        places = await _places(db, who)
        # From here on nobody asks to be a co-author of them, or writes to their author.
        own = await initiatives.lock_all_of(db, places)
        await participants.erase(db, who, now)
        await sessions.remove_all(db, who.participant_id)
        await forget_help(db, picture, who, now)
        await forget_person(db, who.participant_id)
        named = await co_authors.forget(db, who.participant_id, digest)
        await tenancy.see(db, *(whose.municipality for whose in places))
        for whose in places:
            named += await co_authors.forget_unanswered_of(db, whose)
            await decisions.forget_texts(db, whose)
            await course.forget_wordings(db, whose)
        # Whatever becomes of the texts: people are seen on photographs, and named in papers.
        await attachments.remove_all_of(db, own)
        for invitation in named:
            await letters.drop(db, invitation)
        await acceptances.take(db, [(whose.municipality, whose.participant_id) for whose in places])
        await drafts.remove_all(db, who)
        await letters.drop(db, who.participant_id)
        for whose in places:
            await outbox.publish(db, *await _let_go(db, picture, whose, texts, now))
        await authorship.remove_all(db, who.participant_id)
    log.info("participant_erased", participant_id=str(who.participant_id))
    return Erased(now)


async def _places(db: Db, who: Author) -> list[Author]:
    """The author in each municipality in which there are initiatives of theirs."""
    others = {one.municipality for one in await authorship.elsewhere(db, who) if one.role is Role.AUTHOR}
    await tenancy.see(db, who.municipality, *others)
    return [who, *(replace(who, municipality=code) for code in sorted(others - {who.municipality}))]


async def _let_go(db: Db, picture: Picture, who: Author, texts: Texts, now: datetime) -> list[Event]:
    """The initiatives are nobody's from now on; what is told of each."""
    campaign = picture.campaign(who.campaign)
    if texts is Texts.KEPT:
        kept = await initiatives.leave_without_author(db, who)
        return [one.event(InitiativeRestated, campaign) for one in kept]
    withdrawn, before = await initiatives.remove_texts(db, who, now)
    return [
        *(one.event(InitiativeWithdrawn, campaign) for one in withdrawn),
        *(one.event(InitiativeRestated, campaign) for one in before),
    ]
