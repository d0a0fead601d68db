"""Initiatives whose texts are open: kept by the worker, read by everybody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from contracts.initiatives import InitiativeStatus
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.intake.initiatives.domain import HIGHEST, Initiative
from services.intake.initiatives.store.initiatives import initiative_of
from services.intake.published.domain import Gone, OpenText, rule_of

sql = queries.load(__package__, "open_texts.sql")


class After(NamedTuple):
    """After which of them a portion begins."""

    at: datetime = datetime.max.replace(tzinfo=UTC)
    number: int = HIGHEST


BEGINNING = After()


@dataclass(frozen=True, slots=True)
class Listed:
    """An open text in a list, without its title; `gone_at` in a feed alone."""

    id: UUID
    place: str
    number: int
    direction: str
    status: InitiativeStatus
    published_at: datetime
    changed_at: datetime
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: of one campaign, of some municipalities (none: of all), with words."""

    campaign: str
    places: Collection[str] | None = None
    direction: str = ""
    q: str = ""
    after: After = BEGINNING


@dataclass(frozen=True, slots=True)
class Text:
    """An initiative's title and text."""

    title: str
    text: str


async def stale(
    db: Db, campaign: str, opened: Collection[InitiativeStatus], now: datetime, limit: int
) -> list[Initiative]:
    """Initiatives of which everybody is to be told otherwise than they are. Needs to see every
    municipality."""
    return [
        initiative_of(row)
        for row in await db.fetch(sql.stale, campaign, list(opened), now, rule_of(opened), limit)
    ]


async def known(db: Db, ids: Collection[UUID]) -> dict[UUID, OpenText]:
    """What everybody is told of these, as far as anything."""
    return {row["id"]: _open_text(row) for row in await db.fetch(sql.known, list(ids))}


async def keep(db: Db, found: Sequence[OpenText]) -> None:
    """Tell everybody of these from now on."""
    rows = [
        (
            *(o.id, o.place, o.campaign, o.number, o.direction, o.status, o.version, o.published_at),
            *(o.changed_at, o.gone_at, o.gone_as or "", o.merged_into, o.look_at, o.rule),
        )
        for o in sorted(found, key=lambda each: each.id)
    ]
    if rows:
        await db.execute(sql.keep, *zip(*rows, strict=True))


async def drop(db: Db, ids: Collection[UUID]) -> None:
    """Forget those that were never open and will not be."""
    if ids:
        await db.execute(sql.drop, list(ids))


async def page(db: Db, wanted: Wanted, limit: int) -> list[Listed]:
    """The newest first."""
    asked = (wanted.campaign, *wanted.after, wanted.direction, limit)
    places = None if wanted.places is None else list(wanted.places)
    if wanted.q:
        rows = await db.fetch(sql.found, *asked, places, wanted.q)
    elif places is None:
        rows = await db.fetch(sql.page, *asked)
    else:
        rows = await db.fetch(sql.page_of, *asked, places)
    return [_listed(row) for row in rows]


async def changed(db: Db, wanted: Wanted, limit: int) -> list[Listed]:
    """What was published, changed or taken down, the last first."""
    asked = (wanted.campaign, *wanted.after, limit)
    if wanted.places is None:
        rows = await db.fetch(sql.changed, *asked)
    else:
        rows = await db.fetch(sql.changed_of, *asked, list(wanted.places))
    return [_listed(row) for row in rows]


async def places(db: Db, campaign: str) -> list[str]:
    """The municipalities of which something is open."""
    return [row["place"] for row in await db.fetch(sql.places, campaign)]


async def find(db: Db, which: int | UUID) -> OpenText | None:
    """One that is open, or was, by its number or id."""
    row = await db.fetchrow(sql.one if isinstance(which, UUID) else sql.numbered, which)
    return _open_text(row) if row else None


async def titles(db: Db, listed: Sequence[Listed]) -> dict[UUID, str]:
    """Their titles, without those that were taken back a moment ago. Needs to see their municipalities."""
    rows = await db.fetch(sql.titles, sorted({one.place for one in listed}), [one.id for one in listed])
    return {row["id"]: row["title"] for row in rows}


async def text(db: Db, one: OpenText) -> Text | None:
    """Title and text; nothing once the author has taken it back. Needs to see its municipality."""
    row = await db.fetchrow(sql.text, one.place, one.id)
    return Text(row["title"], row["text"]) if row else None


def _listed(row: asyncpg.Record) -> Listed:
    return Listed(**{**dict(row), "status": InitiativeStatus(row["status"])})


def _open_text(row: asyncpg.Record) -> OpenText:
    gone_as = Gone(row["gone_as"]) if row["gone_as"] else None
    return OpenText(**{**dict(row), "status": InitiativeStatus(row["status"]), "gone_as": gone_as})
