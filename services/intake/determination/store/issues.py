"""Key issues of municipalities, and which initiatives are marked by them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict, NotFound

sql = queries.load(__package__, "issues.sql")


@dataclass(frozen=True, slots=True)
class Issue:
    """A key issue, and how many initiatives are marked by it."""

    municipality: str
    id: UUID
    name: str
    closed_at: datetime | None = None
    marked: int = 0


async def every(db: Db, municipalities: Collection[str], campaign: str) -> list[Issue]:
    """Those of these municipalities, the open ones first."""
    return [Issue(**row) for row in await db.fetch(sql.every, list(municipalities), campaign)]


async def lock(db: Db, municipalities: Collection[str], id_: UUID) -> Issue:
    """One of these municipalities', locked. Raises NotFound."""
    row = await db.fetchrow(sql.lock, list(municipalities), id_)
    if row is None:
        raise NotFound("issue-unknown")
    return Issue(**row)


async def add(db: Db, issue: Issue, campaign: str, at: datetime) -> None:
    """Store a new one. Raises Conflict if an open one has its name."""
    if await db.fetchval(sql.add, issue.municipality, issue.id, campaign, issue.name, at) is None:
        raise Conflict("issue-named", field="name")


async def rename(db: Db, issue: Issue) -> None:
    """Store its name. Raises Conflict if another open one of its campaign has it, also one that was named so
    in the same moment."""
    try:
        await db.execute(sql.rename, issue.municipality, issue.id, issue.name)
    except asyncpg.UniqueViolationError as error:
        raise Conflict("issue-named", field="name") from error


async def is_of_campaign(db: Db, issue: Issue, campaign: str) -> bool:
    """Whether it is kept for a campaign."""
    return bool(await db.fetchval(sql.is_of_campaign, issue.municipality, issue.id, campaign))


async def close(db: Db, issue: Issue, at: datetime) -> None:
    """It is offered no longer; its marks stay."""
    await db.execute(sql.close, issue.municipality, issue.id, at)


async def mark(db: Db, issue: Issue, initiative: UUID, at: datetime) -> None:
    """An initiative of its municipality belongs to it."""
    await db.execute(sql.mark, issue.municipality, issue.id, initiative, at)


async def unmark(db: Db, issue: Issue, initiative: UUID) -> None:
    """It belongs to it no longer."""
    await db.execute(sql.unmark, issue.municipality, issue.id, initiative)


async def of_initiative(db: Db, municipality: str, id_: UUID) -> list[Issue]:
    """By which an initiative is marked."""
    return [Issue(**row) for row in await db.fetch(sql.of_initiative, municipality, id_)]
