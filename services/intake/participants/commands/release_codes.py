"""Send the codes whose turn has come."""

from datetime import UTC, datetime

import structlog

from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import NotFound, SlowDown
from services.directory.region import Picture
from services.directory.subordination import Region
from services.intake.participants.commands.lock_participant import lock_participant
from services.intake.participants.commands.send_code import Wanted, send_code
from services.intake.participants.digests import Pepper
from services.intake.participants.store import pacing
from services.intake.participants.store.pacing import Waiting

log = structlog.get_logger()

EVERY = 5.0
"""Seconds."""

AT_ONCE = 100


async def release_codes(pool: Pool, pepper: Pepper, region: Region) -> None:
    """Send what is due, until cancelled. Needs to see every municipality."""

    async def look() -> None:
        while await release_due(pool, pepper, region.picture, datetime.now(UTC)) == AT_ONCE:
            pass

    await now_and_again(look, EVERY, "codes_wait")


async def release_due(pool: Pool, pepper: Pepper, picture: Picture, now: datetime) -> int:
    """Send the codes that are due, each in a transaction of its own; how many waited."""
    async with pool.acquire() as db:
        found = await pacing.due(db, now, AT_ONCE)
    for one in found:
        try:
            async with pool.acquire() as db, db.transaction():
                await _release(db, pepper, picture, one, now)
        except (NotFound, SlowDown):
            # No address or campaign any more; or ten letters have left for it within the hour from elsewhere.
            async with pool.acquire() as db:
                await pacing.stop_waiting(db, one, now)
    return len(found)


async def _release(db: Db, pepper: Pepper, picture: Picture, one: Waiting, now: datetime) -> None:
    # The participant first: whoever asks again locks in this order.
    participant = await lock_participant(db, one.participant_id)
    campaign = picture.campaign(participant.campaign) if participant else picture.open_campaign
    if await pacing.stop_waiting(db, one, now):
        await send_code(db, pepper, Wanted(one.address, participant, campaign))
