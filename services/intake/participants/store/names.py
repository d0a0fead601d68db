"""By which names participants are found: keyed digests of the words, and never the names themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db

sql = queries.load(__package__, "names.sql")


@dataclass(frozen=True, slots=True)
class Within:
    """Of which participants of a municipality somebody may learn: of all, or of some organizations'."""

    municipality: str
    campaign: str
    whole: bool
    organizations: frozenset[UUID] = frozenset()


async def keep(db: Db, municipality: str, participant_id: UUID, digests: Sequence[bytes]) -> None:
    """Let a participant be found by these words of their name, and by no others."""
    await forget(db, municipality, participant_id)
    await db.execute(sql.keep, municipality, participant_id, digests)


async def forget(db: Db, municipality: str, participant_id: UUID) -> None:
    """Let nobody find a participant by name."""
    await db.execute(sql.forget, municipality, participant_id)


async def find(db: Db, within: Within, digests: Collection[bytes], limit: int) -> list[UUID]:
    """The participants whose name has all of these words, the latest first."""
    w = within
    asked = (w.municipality, w.campaign, w.whole, list(w.organizations), list(digests), limit)
    return [row["id"] for row in await db.fetch(sql.find, *asked)]


async def near(
    db: Db, municipality: str, campaign: str, organization: UUID | None, digests: Collection[bytes]
) -> dict[UUID, set[bytes]]:
    """All words of every participant of an organization whose name has one of these."""
    rows = await db.fetch(sql.near, municipality, campaign, organization, list(digests))
    return {row["id"]: set(row["digests"]) for row in rows}
