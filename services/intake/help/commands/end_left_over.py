"""End requests whose draft or initiative is not open any more where they were asked."""

from datetime import UTC, datetime
from uuid import UUID

from contracts.help import HelpCancelled, HelpDone
from services.chassis.db import tenancy
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.directory.region import Picture
from services.directory.subordination import Region
from services.intake.core.domain import Author
from services.intake.help.commands.helping import keep
from services.intake.help.store import requests

EVERY = 60.0
"""Seconds."""

TOGETHER = 100


async def end_left_over(pool: Pool, region: Region) -> None:
    """End them, until cancelled. Needs to see every municipality."""

    async def look() -> None:
        while await end_some(pool, region.picture, datetime.now(UTC)) == TOGETHER:
            pass

    await now_and_again(look, EVERY, "help_waits")


async def end_some(pool: Pool, picture: Picture, now: datetime) -> int:
    """How many were ended, at most a portion. Where somebody helped and the author has submitted an
    initiative since, that was help; otherwise nobody knows that it was."""
    async with pool.acquire() as db:
        found = await requests.left_over(db, now, TOGETHER)
    ended = 0
    for municipality, id_ in found:
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, municipality)
            ended += await _end(db, picture, municipality, id_, now)
    return ended


async def _end(db: Db, picture: Picture, municipality: str, id_: UUID, now: datetime) -> bool:
    request = await requests.lock(db, await requests.one_of(db, [municipality], id_))
    # What is not known of the campaign yet is tried again.
    if not request.is_open or request.campaign not in picture.campaigns:
        return False
    if request.taken_at and await requests.has_submitted(db, request):
        await keep(db, picture, request.finish(now), HelpDone)
    else:
        await keep(db, picture, request.cancel(now), HelpCancelled)
    return True


async def forget(db: Db, picture: Picture, who: Author, now: datetime) -> None:
    """End and forget everything that a participant has asked who is being erased; it stays counted. The
    caller sees its tenants anew."""
    for request in await requests.lock_open_of(db, who):
        await keep(db, picture, request.cancel(now), HelpCancelled)
    await requests.forget(db, who)
