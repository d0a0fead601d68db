"""Write to authors that their initiatives were accepted: one letter for all of some minutes."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from textwrap import fill
from uuid import UUID

import structlog

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import Text, text
from services.chassis.text import shortened
from services.intake.initiatives.domain import runs
from services.intake.initiatives.store import acceptances
from services.intake.initiatives.store.acceptances import Accepted
from services.intake.participants.digests import Stops
from services.intake.participants.domain import Letters
from services.intake.participants.store import participants

EVERY, RECOUNTED_EVERY = 10.0, 3600.0
"""Seconds."""

GATHERED = timedelta(minutes=2)
"""How long the first of an author's waits for others, however many are submitted meanwhile."""

AUTHORS = 100
"""Written to in one transaction."""

NAMED = 50
"""Initiatives that a letter names with title and address; of the others, the numbers."""

IN_SUBJECT = 5
TITLE_LONGEST = 100
LINE = 70
ROOM = "services.intake.initiatives"

log = structlog.get_logger()


async def write_acceptances(pool: Pool, stops: Stops) -> None:
    """Write the letters that are due, until cancelled. Needs to see every municipality."""
    recounted = float("-inf")

    async def look() -> None:
        nonlocal recounted
        if time.monotonic() - recounted > RECOUNTED_EVERY:
            await recount(pool)
            recounted = time.monotonic()
        while await write_bundle(pool, stops, datetime.now(UTC)) == AUTHORS:
            pass

    await now_and_again(look, EVERY, "acceptances_wait")


async def recount(pool: Pool) -> None:
    """Let the tally of the directions be what is stored, whoever has stored it."""
    async with pool.acquire() as db, db.transaction():
        await acceptances.recount(db)


async def write_bundle(pool: Pool, stops: Stops, now: datetime) -> int:
    """Write to the authors who have waited for long enough; how many those were.

    What is told of is committed with its letter. Who was erased meanwhile gets none, nor does who wants no
    letters of every step.
    """
    async with pool.acquire() as db, db.transaction():
        authors = await acceptances.due(db, now - GATHERED, AUTHORS)
        if not authors:
            return 0
        addresses = await participants.addressees(db, [author for _, author in authors], [Letters.ALL])
        taken = await acceptances.take(db, authors)
        for author, accepted in groupby(taken, key=lambda one: one.participant_id):
            if author in addresses:
                letter = _letter(stops, author, addresses[author][0], list(accepted))
                await letters.write(db, letter, now)
    return len(authors)


def _letter(stops: Stops, author: UUID, email: str, accepted: Sequence[Accepted]) -> Letter:
    written = _text(stops, author, accepted)
    return Letter(email, *written, "accepted", author, headers=stops.headers(author))


def _text(stops: Stops, author: UUID, accepted: Sequence[Accepted]) -> Text:
    site, first, numbers = stops.site, accepted[0], [one.number for one in accepted]
    ending = {"settings": f"{site}/me/letters", "stop": stops.url(author)}
    named = [
        {
            "number": one.number,
            "title": shortened(one.title, TITLE_LONGEST),
            "url": f"{site}/initiatives/{one.id}",
        }
        for one in accepted[:NAMED]
    ]
    if len(accepted) == 1:
        of_municipality = f"municipality={first.municipality}"
        whose = f"organization={first.organization}" if first.organization else of_municipality
        return text(ROOM, "accepted", **named[0], contacts=f"{site}/contacts?{whose}", **ending)
    return text(
        ROOM,
        "accepted_several",
        count=len(numbers),
        named=named,
        subject=", ".join(runs(numbers)) if len(numbers) <= IN_SUBJECT else "",
        others=fill(", ".join(runs(numbers[NAMED:])), LINE),
        own=f"{site}/initiatives",
        contacts=f"{site}/contacts?municipality={first.municipality}",
        **ending,
    )
