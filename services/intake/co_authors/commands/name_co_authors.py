"""Name co-authors of an initiative: each gets a letter, and is one once they have confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, SlowDown
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.directory.region import Picture
from services.intake.co_authors.domain import (
    ANSWERED_WITHIN,
    CLOSED,
    LETTERS_AN_HOUR,
    STANDING,
    CoAuthor,
    check_addresses,
    check_count,
)
from services.intake.co_authors.store import co_authors
from services.intake.co_authors.store.co_authors import Named
from services.intake.core.domain import Author, check_days
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import authorship, course
from services.intake.participants.digests import Pepper
from services.intake.participants.store import participants

ROOM = "services.intake.co_authors"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Naming:
    """Whom an author names, as they were typed."""

    initiative: UUID
    addresses: Sequence[str]


@dataclass(frozen=True, slots=True)
class NamedNow:
    """How many got a letter. No address: what is answered again is stored."""

    initiative: UUID
    letters: int


async def name_co_authors(
    pool: Pool, picture: Picture, pepper: Pepper, site: str, who: Author, given: Naming, at: Moment
) -> NamedNow:
    """Who was named before gets no second letter. The answer is the same, whoever is registered.

    Raises NotFound, Forbidden for a co-author, Conflict outside the days and for a closed one, Invalid with
    everything wrong, SlowDown where an address was named by many.
    """
    async with pool.acquire() as db, db.transaction():
        if named := await idempotency.earlier(db, at, NamedNow):
            return named
        await tenancy.see(db, who.municipality)
        await participants.hold(db, who)
        initiative = await authorship.lock(db, who, given.initiative)
        campaign = picture.campaign(initiative.campaign)
        check_days(campaign, at.now, campaign.close_until)
        await course.check_open(db, initiative, at.now, CLOSED)
        wanted = await _wanted(db, pepper, who, initiative, given)
        new = await co_authors.add(db, initiative, wanted, None, datetime.now(UTC))
        await letters.write_many(
            db, [_letter(site, picture, initiative, one) for one in new], datetime.now(UTC)
        )
        return await idempotency.keep(db, at, NamedNow(initiative.id, len(new)))


async def _wanted(db: Db, pepper: Pepper, who: Author, initiative: Initiative, given: Naming) -> list[Named]:
    """Those who were not named before."""
    emails = check_addresses(given.addresses)
    wanted = [Named(email, pepper.of_emails([email])[0]) for email in emails]
    known = {one.email_digest: one for one in await co_authors.of_initiative(db, initiative)}
    own = await co_authors.digest_of(db, who.participant_id)
    if any(one.digest == own for one in wanted):
        raise Invalid("co-author-oneself", field="addresses")
    new = [one for one in wanted if one.digest not in known]
    check_count(sum(one.state in STANDING for one in known.values()) + len(new))
    since = datetime.now(UTC) - HOUR
    if await co_authors.most_named(db, [one.digest for one in new], since) >= LETTERS_AN_HOUR:
        raise SlowDown("co-author-many-letters", field="addresses")
    return new


def _letter(site: str, picture: Picture, initiative: Initiative, one: CoAuthor) -> Letter:
    written = text(
        ROOM,
        "named",
        number=initiative.number,
        municipality=picture.name_of(initiative.municipality),
        url=f"{site}/initiatives/invitations/{one.id}",
        days=ANSWERED_WITHIN.days,
    )
    return Letter(one.email, *written, "co-author", one.id, one.since + ANSWERED_WITHIN)
