"""The platform's list as it stands beside ours."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.intake.federal.domain.linking import How, Link, Ours, Theirs
from services.intake.federal.domain.rows import Stored

sql = queries.load(__package__, "rows.sql")


async def known(db: Db, campaign: str, numbers: Collection[str]) -> dict[str, Stored]:
    """The rows that are stored under these numbers, locked."""
    rows = await db.fetch(sql.known, campaign, list(numbers))
    return {row["number"]: Stored(**row) for row in rows}


async def save(db: Db, campaign: str, rows: Iterable[Stored], import_id: UUID) -> None:
    """Store rows as a table told them."""
    if not (told := list(rows)):
        return
    *columns, _, lines = zip(*told, strict=True)
    await db.execute(sql.save, campaign, *columns, import_id, lines)


async def next_municipality(db: Db, campaign: str, after: str, reach: Collection[str]) -> str | None:
    """The next municipality of which the platform lists anything."""
    found: str | None = await db.fetchval(sql.next_municipality, campaign, after, list(reach))
    return found


async def theirs(db: Db, municipality: str, campaign: str) -> tuple[list[Theirs], set[UUID]]:
    """What the platform lists of a municipality, locked, and the initiatives that are linked already."""
    rows = await db.fetch(sql.theirs, municipality, campaign)
    # What was unlinked by hand is linked by hand alone.
    free = {row["number"] for row in rows if row["initiative_id"] is None and row["linked"] != How.HAND}
    taken = {row["initiative_id"] for row in rows if row["initiative_id"]}
    return [Theirs(row["number"], row["own"], row["title"], row["number"] in free) for row in rows], taken


async def ours(db: Db, municipality: str, campaign: str) -> list[Ours]:
    """The initiatives of a municipality."""
    return [Ours(*row) for row in await db.fetch(sql.ours, municipality, campaign)]


async def link(db: Db, campaign: str, links: Sequence[Link]) -> None:
    """Store which initiatives rows are."""
    if links:
        await db.execute(sql.link, campaign, *zip(*links, strict=True))


async def unlink(db: Db, campaign: str, number: str) -> None:
    """Let a row be linked to nothing, until it is linked by hand."""
    await db.execute(sql.link, campaign, [number], [None], [How.HAND])


async def lock(db: Db, municipality: str, campaign: str, number: str) -> Stored:
    """A row of a municipality, locked. Raises NotFound."""
    row = await db.fetchrow(sql.lock_one, municipality, campaign, number)
    if row is None:
        raise NotFound("federal-row-unknown")
    return Stored(**row)


async def initiative(db: Db, municipality: str, campaign: str, number: int) -> UUID | None:
    """The initiative of a municipality with a number."""
    found: UUID | None = await db.fetchval(sql.initiative, municipality, campaign, number)
    return found


async def linked_to(db: Db, municipality: str, initiative_id: UUID) -> str | None:
    """The number on the platform of an initiative."""
    found: str | None = await db.fetchval(sql.linked_to, municipality, initiative_id)
    return found
