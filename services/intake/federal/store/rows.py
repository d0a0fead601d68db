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


async def listed(db: Db, campaign: str) -> set[str]:
    """The municipalities of which the platform lists anything."""
    return {row["municipality"] for row in await db.fetch(sql.listed, campaign)}


async def theirs(db: Db, of: Collection[str], campaign: str) -> tuple[list[Theirs], set[UUID]]:
    """What the platform lists of municipalities, locked, and the initiatives that are linked already."""
    rows = await db.fetch(sql.theirs, list(of), campaign)
    linked = {row["initiative_id"] for row in rows if row["initiative_id"]}
    # By a look of its own, after the lock: what was linked meanwhile is among them.
    taken = {row["id"] for row in await db.fetch(sql.there, list(of), list(linked))}

    def free(initiative_id: UUID | None, how: str | None) -> bool:
        # What was unlinked by hand is linked by hand alone; a row whose initiative has left is free again.
        return how != How.HAND if initiative_id is None else initiative_id not in taken

    return [
        Theirs(row["number"], row["own"], row["title"], free(row["initiative_id"], row["linked"]))
        for row in rows
    ], taken


async def ours(db: Db, of: Collection[str], campaign: str) -> list[Ours]:
    """The initiatives of municipalities."""
    return [Ours(*row) for row in await db.fetch(sql.ours, list(of), campaign)]


async def held(db: Db, of: Collection[str], links: Sequence[Link]) -> list[Link]:
    """Those of the links whose initiative is still there; it stays until they are stored."""
    ids = [link.initiative_id for link in links]
    there = {row["id"] for row in await db.fetch(sql.hold, list(of), ids)} if ids else set()
    return [link for link in links if link.initiative_id in there]


async def link(db: Db, campaign: str, links: Sequence[Link]) -> None:
    """Store which initiatives rows are."""
    if links:
        await db.execute(sql.link, campaign, *zip(*links, strict=True))


async def unlink(db: Db, campaign: str, number: str) -> None:
    """Let a row be linked to nothing, until it is linked by hand."""
    await db.execute(sql.link, campaign, [number], [None], [How.HAND])


async def lock(db: Db, of: Collection[str], campaign: str, number: str) -> Stored:
    """A row of municipalities, locked. Raises NotFound."""
    row = await db.fetchrow(sql.lock_one, list(of), campaign, number)
    if row is None:
        raise NotFound("federal-row-unknown")
    return Stored(**row)


async def initiative(db: Db, of: Collection[str], campaign: str, number: int) -> UUID | None:
    """The initiative of municipalities with a number, which stays until the transaction ends."""
    found: UUID | None = await db.fetchval(sql.initiative, list(of), campaign, number)
    return found


async def linked_to(db: Db, of: Collection[str], initiative_id: UUID) -> str | None:
    """The number on the platform of an initiative."""
    found: str | None = await db.fetchval(sql.linked_to, list(of), initiative_id)
    return found
