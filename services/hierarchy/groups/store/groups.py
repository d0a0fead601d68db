"""Working groups and what they cover."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.russian import search_pattern, search_text
from services.hierarchy.core.domain.places import SELF_SERVED
from services.hierarchy.groups.domain.groups import WorkingGroup

sql = queries.load(__package__, "groups.sql")


@dataclass(frozen=True, slots=True)
class Supervised:
    """An organization that a working group supervises; an empty coordinator: nobody."""

    id: UUID
    name: str
    kind: str
    coordinator: str
    has_signed_in: bool
    self_served: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """An organization and the name of the settlement in which it stands."""

    id: UUID
    name: str
    kind: str
    place: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of a group's organizations are wanted: by part of the name, those without a coordinator alone."""

    typed: str = ""
    missing: bool = False
    after: UUID | None = None


async def add(db: Db, group: WorkingGroup) -> None:
    """Store a new group with its area."""
    key = (group.municipality, group.id)
    what = (group.campaign, group.name, group.covers_all, group.act, group.formed_at, group.version)
    await db.execute(sql.add, *key, *what)
    await _save_area(db, group)


async def save(db: Db, group: WorkingGroup) -> None:
    """Store a group's new state with its area."""
    key = (group.municipality, group.id)
    await db.execute(sql.update, *key, group.name, group.covers_all, group.dissolved_at, group.version)
    await db.execute(sql.clear_directions, *key, list(group.directions))
    await db.execute(sql.clear_organizations, *key, list(group.organizations))
    await _save_area(db, group)


async def _save_area(db: Db, group: WorkingGroup) -> None:
    key = (group.municipality, group.id, group.campaign)
    await db.execute(sql.add_directions, *key, sorted(group.directions))
    await db.execute(sql.add_organizations, *key, sorted(group.organizations))


async def present(db: Db, municipality: str, campaign: str) -> list[WorkingGroup]:
    """The groups of a municipality that stand, in the order in which they were formed."""
    return [_group(row) for row in await db.fetch(sql.present, municipality, campaign)]


async def get(db: Db, id_: UUID) -> WorkingGroup:
    """A group. Raises NotFound, also for one of a foreign tenant."""
    row = await db.fetchrow(sql.get, id_)
    if row is None:
        raise NotFound("group-unknown")
    return _group(row)


async def all_of_all(db: Db) -> list[WorkingGroup]:
    """Every group that ever was, for a new epoch."""
    return [_group(row) for row in await db.fetch(sql.all_of_all)]


async def by_name(db: Db, campaign: str, words: Collection[str]) -> dict[str, list[UUID]]:
    """The groups with these names that the transaction sees; by name as it is searched."""
    named, wanted = defaultdict[str, list[UUID]](list), {search_text(word) for word in words}
    for row in await db.fetch(sql.by_name, campaign) if wanted else ():
        if (name := search_text(row["name"])) in wanted:
            named[name].append(row["id"])
    return named


async def uncovered(db: Db, municipality: str, campaign: str) -> dict[str, list[UUID]]:
    """Kind → organizations of a municipality that no group was given by name, the largest kind first."""
    return {row["kind"]: row["ids"] for row in await db.fetch(sql.uncovered, municipality, campaign)}


async def free(db: Db, municipality: str, campaign: str, limit: int) -> list[Standing]:
    """The same one by one, by the alphabet."""
    return [Standing(**dict(row)) for row in await db.fetch(sql.free, municipality, campaign, limit)]


async def supervised(db: Db, group: WorkingGroup, asked: Asked, limit: int) -> list[Supervised]:
    """The next organizations that a group supervises, by the alphabet."""
    whose = (group.municipality, group.campaign, group.id, group.covers_all)
    which = (search_pattern(asked.typed), asked.missing, asked.after, limit)
    rows = await db.fetch(sql.supervised, *whose, *which, list(SELF_SERVED))
    return [Supervised(**dict(row)) for row in rows]


def _group(row: asyncpg.Record) -> WorkingGroup:
    area = {name: frozenset(row[name]) for name in ("directions", "organizations")}
    return WorkingGroup(**{**row, **area})
