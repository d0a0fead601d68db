"""Tell everybody of the initiatives whose texts are open, as their states change."""

from collections.abc import Collection
from datetime import UTC, datetime

from contracts.initiatives import InitiativeStatus
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.directory.subordination import Region
from services.intake.initiatives.course import as_told, stands_at
from services.intake.initiatives.store import course
from services.intake.published.domain import followed, opened_by
from services.intake.published.store import open_texts

EVERY = 15.0
"""Seconds."""

AT_ONCE = 500
"""Initiatives in one transaction."""


async def publish_texts(pool: Pool, region: Region) -> None:
    """Publish what is to be open and take down what is not, until cancelled.
    Needs to see every municipality."""

    async def look() -> None:
        await publish_now(pool, region, datetime.now(UTC))

    await now_and_again(look, EVERY, "open_texts_wait")


async def publish_now(pool: Pool, region: Region, now: datetime) -> None:
    """All that there is to do at a moment. Of a campaign whose texts are the staff's nothing is looked at:
    none of them is shown."""
    for campaign in region.picture.campaigns.values():
        if opened := opened_by(campaign):
            while await _portion(pool, campaign.id, opened, now) == AT_ONCE:
                pass


async def _portion(pool: Pool, campaign: str, opened: Collection[InitiativeStatus], now: datetime) -> int:
    async with pool.acquire() as db, db.transaction():
        found = await open_texts.stale(db, campaign, opened, now, AT_ONCE)
        if found:
            before = await open_texts.known(db, [one.id for one in found])
            decided = await course.decisions_of(db, found)
            after = {
                one.id: followed(
                    before.get(one.id),
                    as_told(one, decided[one.id], now),
                    stands_at(decided[one.id], now),
                    opened,
                    now,
                )
                for one in found
            }
            await open_texts.keep(db, [one for one in after.values() if one is not None])
            await open_texts.drop(db, [id_ for id_, one in after.items() if one is None])
    return len(found)
