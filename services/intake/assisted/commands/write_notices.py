"""Write to people what was entered for them and by which body: one letter for all of some minutes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.chassis.text import shortened
from services.directory.region import Picture
from services.directory.subordination import Region
from services.intake.assisted.store import entered
from services.intake.assisted.store.entered import Notice
from services.intake.participants.digests import Stops
from services.intake.participants.domain import Letters
from services.intake.participants.store import participants

EVERY = 10.0
"""Seconds."""

GATHERED = timedelta(minutes=2)
"""How long the first for somebody waits for others."""

PEOPLE = 100
"""Written to in one transaction."""

NAMED = 50
TITLE_LONGEST = 100
ROOM = "services.intake.assisted"
WANTED = (Letters.ALL, Letters.RESULTS)
"""Also to who wants to hear of results alone: that somebody acts in their name is more than a step."""


async def write_notices(pool: Pool, region: Region, stops: Stops) -> None:
    """Write the letters that are due, until cancelled. Needs to see every municipality."""

    async def look() -> None:
        while await write_bundle(pool, region.picture, stops, datetime.now(UTC)) == PEOPLE:
            pass

    await now_and_again(look, EVERY, "notices_wait")


async def write_bundle(pool: Pool, picture: Picture, stops: Stops, now: datetime) -> int:
    """Write to those who have waited for long enough; how many those were. Who has no address is told by
    whoever entered it, and who was erased meanwhile by nobody."""
    async with pool.acquire() as db, db.transaction():
        people = await entered.due(db, now - GATHERED, PEOPLE)
        if not people:
            return 0
        addresses = await participants.addressees(db, people, WANTED)
        taken = await entered.take(db, people)
        for person, theirs in groupby(taken, key=lambda one: one.participant_id):
            if person in addresses:
                letter = _letter(picture, stops, person, addresses[person][0], list(theirs))
                await letters.write(db, letter, now)
    return len(people)


def _letter(picture: Picture, stops: Stops, person: UUID, email: str, theirs: Sequence[Notice]) -> Letter:
    site, place = stops.site, theirs[0].municipality
    written = text(
        ROOM,
        "entered",
        count=len(theirs),
        named=[_named(picture, site, one) for one in theirs[:NAMED]],
        more=len(theirs) - NAMED if len(theirs) > NAMED else 0,
        own=f"{site}/initiatives",
        me=f"{site}/me",
        contacts=f"{site}/contacts?municipality={place}",
        settings=f"{site}/me/letters",
        stop=stops.url(person),
    )
    return Letter(email, *written, "entered", person, headers=stops.headers(person))


def _named(picture: Picture, site: str, one: Notice) -> dict[str, object]:
    organization = picture.organizations.get(one.organization) if one.organization else None
    return {
        "number": one.number,
        "title": shortened(one.title, TITLE_LONGEST),
        "author": one.author,
        "level": one.level,
        "of": organization.name if organization else picture.name_of(one.municipality),
        "url": f"{site}/initiatives/{one.id}",
    }
