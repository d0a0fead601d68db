"""Municipalities of both tiers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from contracts.structure import MunicipalityKind
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.directory.checkpoints import Member
from services.directory.russian import search_pattern, search_text, sort_key
from services.hierarchy.core.domain.reached import Reached
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.territory.domain.structure import Municipality

sql = queries.load(__package__, "municipalities.sql")


@dataclass(frozen=True, slots=True)
class Found:
    """A municipality as lists show it."""

    code: str
    name: str
    kind: str
    parent: str | None
    smo: str | None
    successor: str | None


async def all_by_code(db: Db) -> dict[str, Municipality]:
    """Every municipality; districts come before their settlements."""
    rows = await db.fetch(sql.all_municipalities)
    return {row["code"]: _municipality(row) for row in rows}


async def some(db: Db, codes: Collection[str]) -> dict[str, Municipality]:
    """These municipalities; those that do not exist are left out."""
    return {row["code"]: _municipality(row) for row in await db.fetch(sql.some, list(codes))}


async def of_smos(db: Db, smos: Collection[str] | None) -> list[str]:
    """The municipalities of SMOs; of all (None): everybody, the region's own rows too."""
    if smos is None:
        return [EVERYBODY]
    return [row["code"] for row in await db.fetch(sql.of_smos, list(smos))]


async def count_of_smos(db: Db, smos: Collection[str] | None) -> int:
    """How many municipalities SMOs have, or (None) the region, without those that were transformed."""
    return int(await db.fetchval(sql.count_of_smos, None if smos is None else list(smos)))


async def by_name(db: Db, words: Collection[str]) -> dict[str, list[str]]:
    """The codes of municipalities with these whole names; by name as it is searched."""
    named, wanted = defaultdict[str, list[str]](list), {search_text(word) for word in words}
    for row in await db.fetch(sql.by_name, sorted(wanted)):
        named[row["search_text"]].append(row["code"])
    return named


async def save(db: Db, municipalities: Sequence[Municipality]) -> None:
    """Store new municipalities and new states of known ones."""
    rows = [
        (
            *(m.code, m.name, m.kind, m.parent, m.oktmo_now, m.smo, m.population, m.audience),
            *(",".join(m.successor_of), m.version, sort_key(m.name), search_text(m.name)),
        )
        for m in municipalities
    ]
    if rows:
        await db.execute(sql.save, *zip(*rows, strict=True))
        # By the clock of the outbox: metrics knows it by the watermarks among the events.
        members = [m.code for m in municipalities], [m.smo or "" for m in municipalities]
        await db.execute(sql.save_members, *members, datetime.now(UTC))


async def members(db: Db, codes: Collection[str]) -> dict[str, list[Member]]:
    """Municipality → its SMOs one after the other."""
    found: dict[str, list[Member]] = {}
    for row in await db.fetch(sql.members, list(codes)):
        found.setdefault(row["code"], []).append(Member(row["smo"], row["since"]))
    return found


async def page(db: Db, parent: str | None, typed: str, after: str | None, limit: int) -> list[Found]:
    """The next municipalities after a code, by the alphabet; of one district, if it is given."""
    rows = await db.fetch(sql.page, parent, search_pattern(typed), after, limit)
    return [Found(**dict(row)) for row in rows]


async def reception(db: Db, *codes: str) -> Reached:
    """The telephone of the first of these administrations that has one; empty: none has."""
    row = await db.fetchrow(sql.reception, list(codes))
    return Reached(**dict(row)) if row else Reached()


async def save_reception(db: Db, code: str, reached: Reached, at: datetime) -> None:
    """Store the telephone of an administration."""
    await db.execute(sql.save_reception, code, reached.phone, reached.hours, at)


def _municipality(row: asyncpg.Record) -> Municipality:
    typed = {"kind": MunicipalityKind(row["kind"]), "successor_of": tuple(row["successor_of"])}
    return Municipality(**{**row, **typed})
