"""Consultations: what was recorded, found within somebody's rights, and counted."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from contracts.appointments import Level
from contracts.hotline import ConsultationMode
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hotline.consultations.domain.consultations import Consultation, Content, Words

sql = queries.load(__package__, "consultations.sql")


@dataclass(frozen=True, slots=True)
class Sight:
    """Which consultations of a municipality somebody sees: all of them, or their own and those of these
    organizations."""

    municipality: str
    everything: bool
    account: UUID
    organizations: Sequence[UUID] = ()

    def shows(self, consultation: Consultation) -> bool:
        """Whether they see one of them."""
        theirs = self.everything or consultation.by_account == self.account
        return theirs or consultation.content.organization in self.organizations


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them are wanted: between two moments, of a level, a mode, an organization; empty: all."""

    begins: datetime
    ends: datetime
    level: str = ""
    mode: str = ""
    organization: UUID | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are, by level and mode, and by organization (None: of no organization)."""

    by_level: Counter[tuple[Level, ConsultationMode]] = field(default_factory=Counter)
    by_organization: Counter[UUID | None] = field(default_factory=Counter)
    led_to_initiative: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.by_level.total()

    def of_level(self, level: Level) -> int:
        """Those of a level, in either mode."""
        return sum(self.by_level[level, mode] for mode in ConsultationMode)

    def of_mode(self, mode: ConsultationMode) -> int:
        """Those of a mode, at any level."""
        return sum(self.by_level[level, mode] for level in Level)


async def add(db: Db, consultation: Consultation) -> None:
    """Store a new one."""
    c, content = consultation, consultation.content
    what = (content.organization, content.direction, content.theme, content.mode, content.level)
    when = (c.recorded_at, c.zone, content.led_to_initiative, c.inquiry)
    who = (c.words.whom, c.words.note, c.by_account, c.by_name)
    await db.execute(sql.add, c.municipality, c.id, c.campaign, *what, *when, *who, c.withdrawn_at, c.version)


async def save(db: Db, consultation: Consultation) -> None:
    """Store its present state."""
    c, content = consultation, consultation.content
    what = (content.organization, content.direction, content.theme, content.mode, content.level)
    words = (content.led_to_initiative, c.words.whom, c.words.note)
    await db.execute(sql.save, c.municipality, c.id, *what, *words, c.withdrawn_at, c.version)


async def lock(db: Db, id_: UUID) -> Consultation:
    """One of a municipality that this transaction sees, locked. Raises NotFound."""
    return _one(await db.fetchrow(sql.lock, id_))


async def one(db: Db, id_: UUID) -> Consultation:
    """One of a municipality that this transaction sees. Raises NotFound."""
    return _one(await db.fetchrow(sql.one, id_))


async def last_of(db: Db, account: UUID, municipality: str | None = None) -> Consultation | None:
    """What somebody recorded last, in a municipality or anywhere that this transaction sees."""
    row = await db.fetchrow(sql.last_of, account, municipality)
    return consultation_of(row) if row else None


async def listed(db: Db, sight: Sight, wanted: Wanted, after: UUID | None, limit: int) -> list[Consultation]:
    """Those that somebody sees, the latest first, the withdrawn too."""
    rows = await db.fetch(sql.listed, *_asked(sight, wanted), after, limit)
    return [consultation_of(row) for row in rows]


async def counts(db: Db, sight: Sight, wanted: Wanted) -> Counts:
    """How many of them there are."""
    found = Counts()
    rows = await db.fetch(sql.counts, *_asked(sight, wanted))
    for row in rows:
        if row["by_level"]:
            found.by_level[Level(row["level"]), ConsultationMode(row["mode"])] = row["count"]
        else:
            found.by_organization[row["organization"]] = row["count"]
    led = sum(row["led"] for row in rows if row["by_level"])
    return Counts(found.by_level, found.by_organization, led)


async def forget_words_of(db: Db, municipality: str, inquiry: UUID) -> None:
    """Forget whom an inquiry's consultations advised and of what; that there were any stays."""
    await db.execute(sql.forget_words_of, municipality, inquiry)


async def count_expired(db: Db, until: datetime) -> dict[str, int]:
    """How many were recorded before then and have words, by municipality."""
    return {row["municipality"]: row["count"] for row in await db.fetch(sql.count_expired, until)}


async def expire(db: Db, until: datetime, limit: int) -> list[str]:
    """Forget the words of some of those; the municipality of each."""
    return [row["municipality"] for row in await db.fetch(sql.expire, until, limit)]


async def tenants(db: Db) -> list[str]:
    """The municipalities of all consultations."""
    return [row["municipality"] for row in await db.fetch(sql.tenants)]


async def all_of(db: Db, municipalities: list[str]) -> AsyncIterator[Consultation]:
    """Every consultation of these municipalities, one after another. Needs a transaction."""
    async for row in db.cursor(sql.all_of, municipalities, prefetch=500):
        yield consultation_of(row)


def _asked(sight: Sight, wanted: Wanted) -> tuple[Any, ...]:
    of = (sight.municipality, sight.everything, sight.account, list(sight.organizations))
    return (*of, wanted.begins, wanted.ends, wanted.level, wanted.mode, wanted.organization)


def _one(row: asyncpg.Record | None) -> Consultation:
    if row is None:
        raise NotFound("consultation-unknown")
    return consultation_of(row)


def consultation_of(row: asyncpg.Record) -> Consultation:
    """A row with the columns of `one`."""
    r = dict(row)
    mode, level = ConsultationMode(r.pop("mode")), Level(r.pop("level"))
    rest = {name: r.pop(name) for name in ("organization", "direction", "led_to_initiative")}
    content = Content(r.pop("theme"), mode, level, **rest)
    return Consultation(content=content, words=Words(r.pop("whom"), r.pop("note")), **r)
