"""Support somebody's initiative: ask to be its co-author, instead of submitting the same again."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, NotFound
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.directory.region import Picture
from services.intake.co_authors.commands.answer_invitation import confirm
from services.intake.co_authors.commands.name_co_authors import ROOM
from services.intake.co_authors.domain import CLOSED, MOST, STANDING, CoAuthor, State
from services.intake.co_authors.store import co_authors
from services.intake.co_authors.store.co_authors import Named
from services.intake.core.domain import Author, check_days
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import course
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Support:
    """The initiative, of one's own municipality."""

    initiative: UUID


@dataclass(frozen=True, slots=True)
class Supported:
    """Whether one is a co-author already, or waits for the author."""

    initiative: UUID
    state: State


async def support_initiative(
    pool: Pool, picture: Picture, site: str, who: Author, given: Support, at: Moment
) -> Supported:
    """Its author gets a letter and decides; whom the author has named is a co-author at once. Whom the
    author has refused is answered like who waits.

    Raises NotFound for one of elsewhere or without an author, Conflict outside the days, for one's own, a
    closed one, and one with too many.
    """
    async with pool.acquire() as db, db.transaction():
        if supported := await idempotency.earlier(db, at, Supported):
            return supported
        await tenancy.see(db, who.municipality)
        await participants.hold(db, who)
        initiative = await co_authors.hold_initiative(db, who.municipality, given.initiative)
        if initiative.participant_id is None or initiative.campaign != who.campaign:
            raise NotFound("initiative-unknown")
        campaign = picture.campaign(initiative.campaign)
        check_days(campaign, at.now, campaign.close_until)
        await course.check_open(db, initiative, at.now, CLOSED)
        if initiative.participant_id == who.participant_id:
            raise Conflict("co-author-oneself")
        state = await _ask(db, site, who, initiative)
        return await idempotency.keep(db, at, Supported(initiative.id, state))


async def _ask(db: Db, site: str, who: Author, initiative: Initiative) -> State:
    if await co_authors.is_confirmed(db, initiative.municipality, initiative.id, who.participant_id):
        return State.CONFIRMED
    person = await participants.present(db, who)
    digest = await co_authors.digest_of(db, who.participant_id) or b""
    known = await co_authors.lock_by_address(db, initiative, digest)
    if known is not None and known.state is State.DECLINED:
        # Who has thought better of it asks like anybody.
        await co_authors.remove(db, known)
        known = None
    if known is not None:
        return await _known(db, who, known)
    named = await co_authors.of_initiative(db, initiative)
    if sum(one.state in STANDING for one in named) >= MOST:
        raise Conflict("co-authors-full", limit=MOST)
    now = datetime.now(UTC)
    if await co_authors.add(db, initiative, [Named(person.email or "", digest)], who.participant_id, now):
        await _write(db, site, who, initiative, now)
    return State.ASKING


async def _known(db: Db, who: Author, known: CoAuthor) -> State:
    if known.state is State.NAMED:
        await confirm(db, known, who.participant_id)
        return State.CONFIRMED
    return State.ASKING if known.state is State.REFUSED else known.state


async def _write(db: Db, site: str, who: Author, initiative: Initiative, now: datetime) -> None:
    author = initiative.participant_id
    if author is None:
        return
    entry = await participants.find(db, author)
    await tenancy.see(db, entry.tenant, initiative.municipality)
    # Read and not locked: an author who withdraws it holds the two in the other order.
    person = await participants.present(db, replace(who, participant_id=author, municipality=entry.tenant))
    if person.email is None:
        return
    url = f"{site}/initiatives/{initiative.id}/co-authors"
    written = text(ROOM, "asked", number=initiative.number, url=url)
    await letters.write(db, Letter(person.email, *written, "co-author-asks", author), now)
