"""Coverage: counted anew from what stands, and as it was stated last."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from contracts.structure import CampaignDefined
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.hierarchy.core.domain.places import SELF_SERVED
from services.hierarchy.groups.domain.coverage import Coverage

sql = queries.load(__package__, "coverage.sql")


@dataclass(frozen=True, slots=True)
class Sum:
    """How many municipalities have not been formed, and who is missing in all of them."""

    unformed: int
    coordinators_missing: int
    organizations: int


async def count(db: Db, campaign: CampaignDefined, codes: Sequence[str] | None) -> list[Coverage]:
    """What municipalities, or all, have and lack now; without when they were formed."""
    directions = [direction.code for direction in campaign.directions]
    rows = await db.fetch(sql.count, codes, campaign.id, directions, list(SELF_SERVED))
    return [Coverage(**dict(row)) for row in rows]


async def stated(db: Db, campaign: str) -> dict[str, Coverage]:
    """What was stated last, by municipality."""
    return {row["municipality"]: Coverage(**dict(row)) for row in await db.fetch(sql.stated, campaign)}


async def all_of_all(db: Db) -> list[Coverage]:
    """What was stated last of every campaign, for a new epoch."""
    return [Coverage(**dict(row)) for row in await db.fetch(sql.all_of_all)]


async def save(db: Db, changed: Sequence[Coverage]) -> set[str]:
    """Store new states; the municipalities whose state it was that is stored."""
    rows = await db.fetch(sql.save, *zip(*map(astuple, changed), strict=True)) if changed else []
    return {row["municipality"] for row in rows}


async def summed(db: Db, smos: Sequence[str] | None, campaign: str) -> Sum:
    """What is missing in the municipalities of all or of some SMOs."""
    return Sum(**dict(await db.fetchrow(sql.sum, smos, campaign)))  # type: ignore[arg-type]
