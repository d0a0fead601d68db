"""Initiatives as those see them who decide on them: in lists, one, by number."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.initiatives import InitiativeStatus
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.text import serial_number
from services.intake.initiatives.domain import HIGHEST, Initiative
from services.intake.initiatives.store.initiatives import initiative_of

sql = queries.load(__package__, "lists.sql")

WORDS_MOST = 8
"""Words of a search that count."""

WORD = re.compile(r"[^\W_]+")


class Place(NamedTuple):
    """A municipality of a list: whether all of it is seen, and since when held is overdue."""

    municipality: str
    whole: bool
    late_before: datetime | None


@dataclass(frozen=True, slots=True)
class Within:
    """What is listed: the initiatives of these places; where not the whole is seen, those of directions
    («municipality/direction») and of organizations; of one campaign."""

    places: Sequence[Place]
    directions: Collection[str]
    organizations: Collection[UUID]
    campaign: str
    awaited: Collection[InitiativeStatus]

    @property
    def arguments(self) -> tuple[object, ...]:
        """As the queries take it."""
        return (
            [place.municipality for place in self.places],
            [place.whole for place in self.places],
            [place.late_before for place in self.places],
            sorted(self.directions),
            sorted(self.organizations),
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for of it, below a number; submitted from `since` on and before `until`."""

    statuses: Collection[InitiativeStatus] | None = None
    direction: str = ""
    organizations: Collection[UUID] | None = None
    overdue: bool = False
    issue: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""
    before: int | None = None


class Counted(NamedTuple):
    """How many there are in a state, and how many of them are overdue."""

    n: int
    late: int


@dataclass(frozen=True, slots=True)
class Found:
    """A portion of a list; `alike`: nothing had the words that were asked for, and these are like them."""

    items: list[Initiative] = field(default_factory=list)
    alike: bool = False


async def page(db: Db, within: Within, wanted: Wanted, limit: int) -> Found:
    """The newest first."""
    words = list(dict.fromkeys(WORD.findall(wanted.q.casefold().replace("ё", "е"))))[:WORDS_MOST]
    stems = [(row["word"], row["stem"]) for row in await db.fetch(sql.stems, words)] if words else []
    patterns = [pattern_of(stem) for _, stem in stems if stem]
    if wanted.q and not patterns and not serial_number(wanted.q):
        return Found()
    asked = _asked(within, wanted)
    rows = await db.fetch(sql.page, *asked, serial_number(wanted.q), patterns, None, limit)
    if rows or not patterns or wanted.before is not None:
        return Found([initiative_of(row) for row in rows])
    said = [word for word, stem in stems if stem]
    others = patterns if len(patterns) > 1 else [None]
    rows = await db.fetch(sql.page, *asked, None, others, said, limit)
    return Found([initiative_of(row) for row in rows], alike=bool(rows))


async def counts(db: Db, within: Within) -> dict[InitiativeStatus, Counted]:
    """How many there are in each state; one that none is in is missing."""
    awaited = sorted(within.awaited)
    rows = await db.fetch(sql.counts, *within.arguments, within.campaign, awaited)
    return {InitiativeStatus(row["status"]): Counted(row["n"], row["late"]) for row in rows}


async def one(db: Db, municipalities: Collection[str], id_: UUID) -> Initiative | None:
    """One of these municipalities', if it is there."""
    row = await db.fetchrow(sql.one, list(municipalities), id_)
    return initiative_of(row) if row else None


async def some(db: Db, municipalities: Collection[str], ids: Collection[UUID]) -> dict[UUID, Initiative]:
    """Those of these initiatives that are in the municipalities."""
    rows = await db.fetch(sql.some, list(municipalities), list(ids))
    return {row["id"]: initiative_of(row) for row in rows}


async def numbered(db: Db, municipalities: Collection[str], number: int) -> Initiative | None:
    """The one with a number, if it is in one of these municipalities."""
    row = await db.fetchrow(sql.numbered, list(municipalities), number)
    return initiative_of(row) if row else None


def pattern_of(stem: str) -> str:
    """Finds words that begin with a stem, with a capital or all in capitals; ё as е. Without a look at both
    cases of every letter it takes half the time."""
    first, rest = stem[0], stem[1:]
    small = f"[{_letter(first.upper())}{_letter(first)}]{''.join(map(_class, rest))}"
    return rf"\m(?:{small}|{''.join(map(_class, stem.upper()))})"


def _class(letter: str) -> str:
    found = _letter(letter)
    return f"[{found}]" if len(found) > 1 else found


def _letter(letter: str) -> str:
    return {"е": "её", "Е": "ЕЁ"}.get(letter, letter)


def _asked(within: Within, wanted: Wanted) -> tuple[object, ...]:
    statuses = None if wanted.statuses is None else sorted(wanted.statuses)
    return (
        *within.arguments,
        within.campaign,
        HIGHEST if wanted.before is None else wanted.before,
        statuses,
        wanted.direction,
        None if wanted.organizations is None else sorted(wanted.organizations),
        wanted.overdue,
        sorted(within.awaited),
        wanted.issue,
        wanted.since,
        wanted.until,
    )
