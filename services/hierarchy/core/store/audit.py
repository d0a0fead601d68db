"""The audit, only ever added to, and its chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.event import REGION
from services.chassis.db import queries
from services.chassis.db.pool import Db, announce
from services.directory.russian import search_pattern, search_text
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import Line, Link, chain

sql = queries.load(__package__, "audit.sql")

CHANNEL = "audit"

REGION_WORD = "регион"
"""What is done for the whole region is found by this word, or its beginning."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A line as the administrator reads it."""

    id: int
    at: datetime
    action: str
    municipality: str
    place: str
    who: str
    on_behalf_of: str
    whom: str
    role: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are wanted: by or about a person of this name, in municipalities of this name or code, of a
    deed, from a moment on, before another; empty: all."""

    person: str = ""
    place: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def note(db: Db, tenant: str, who: Acting | None, at: datetime, action: str, *subjects: str) -> None:
    """Write down who did something in a tenant's rows (nobody: a command) and to what, one line each."""
    account, behalf = (who.account, who.on_behalf_of) if who else (None, None)
    await add(db, [Line(tenant, at, account, behalf, action, subject) for subject in subjects])


async def add(db: Db, lines: Sequence[Line]) -> None:
    """Write down what is done, in its own transaction; the worker chains it afterwards."""
    rows = [(i.municipality, i.at, i.account, i.on_behalf_of, i.action, i.subject) for i in lines]
    if rows:
        await db.execute(sql.add, *zip(*rows, strict=True))
        announce(db, CHANNEL)


async def prolong(db: Db, limit: int) -> int:
    """Chain lines that are committed and in no chain yet; how many. One at a time does it."""
    await db.execute(sql.lock_chain)
    lines = [Line(**dict(row)) for row in await db.fetch(sql.unchained, limit)]
    if lines:
        end = await db.fetchrow(sql.end_of_chain)
        links = chain(end["n"], end["digest"], lines) if end else chain(0, b"", lines)
        await db.execute(sql.add_links, *zip(*links, strict=True))
    return len(lines)


async def links(db: Db) -> list[Link]:
    """The whole chain with its lines, from the beginning."""
    found = []
    for row in await db.fetch(sql.links):
        n, digest, *line = row.values()
        found.append(Link(n, digest, Line(*line) if row["id"] is not None else None))
    return found


async def asked(db: Db, asked: Asked, before: int | None, limit: int) -> list[AuditRow]:
    """What was done last, or before a line; the newest first."""
    person = search_pattern(asked.person) if asked.person else ""
    places = [row["code"] for row in await db.fetch(sql.places, search_pattern(asked.place), asked.place)]
    if asked.place and REGION_WORD.startswith(search_text(asked.place)):
        places.append(REGION)
    where = places if asked.place else None
    rows = await db.fetch(sql.asked, before, limit, asked.action, where, asked.since, asked.until, person)
    return [AuditRow(**dict(row)) for row in rows]
