"""The projection and its counters."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Stream
from services.metrics.domain import CLASSIFIER, LIFE, Deltas, Fact, Key, Name

sql = queries.load(__package__, "figures.sql")

PATIENCE = 300.0
"""Seconds for what reads all that there is of a stream or of a campaign: no page waits for it, and a process
that gave up would only begin anew."""


class Movement(NamedTuple):
    """What just happened within a minute: which counter, where, in which direction if in one, when at last,
    how often."""

    counter: str
    municipality: str
    direction: str | None
    happened_at: datetime
    n: int


class DayTotal(NamedTuple):
    """A municipality's counter on one day."""

    municipality: str
    day: date
    counter: str
    n: int


class LifeTotal(NamedTuple):
    """How many initiatives of a municipality have a value of a family of their life."""

    municipality: str
    family: str
    key: str
    n: int


class Turn(NamedTuple):
    """A fact of a partition's stream that takes the place of what stood; None: nothing was known."""

    partition: int
    old: Fact | None
    new: Fact


class Change(NamedTuple):
    """How much a counter of a partition's stream changes, or what it comes to."""

    partition: int
    key: Key
    n: int


async def insert(db: Db, stream: Stream, facts: Sequence[Fact]) -> set[Name]:
    """Store facts of which nothing was known; return the names of those. The others stand as they were."""
    rows = await db.fetch(sql.insert_facts, *stream, *_rows(facts))
    return {(row["municipality"], row["id"]) for row in rows}


async def standing(db: Db, facts: Sequence[Fact]) -> dict[Name, Fact]:
    """The facts that stand in the place of these, by name."""
    rows = await db.fetch(
        sql.facts, [f.municipality for f in facts], [f.counter for f in facts], [f.id for f in facts]
    )
    return {(row["municipality"], row["id"]): _fact(row) for row in rows}


async def replace(db: Db, facts: Sequence[Fact]) -> None:
    """Put facts in the place of older versions."""
    await db.execute(sql.replace_facts, *_rows(facts))


def _rows(facts: Sequence[Fact]) -> tuple[list[object], ...]:
    return (
        [f.counter for f in facts],
        [f.id for f in facts],
        [f.version for f in facts],
        [f.campaign for f in facts],
        [f.municipality for f in facts],
        [f.organization for f in facts],
        [f.direction for f in facts],
        [orjson.dumps(f.classifiers).decode() for f in facts],
        [f.happened_at for f in facts],
        [f.hour for f in facts],
        [f.status for f in facts],
        [f.origin for f in facts],
        [f.decided_by for f in facts],
        [f.in_time for f in facts],
        [f.left for f in facts],
        [f.participant for f in facts],
    )


async def add(db: Db, stream: Stream, changes: Deltas) -> None:
    """Add the changes to the counters."""
    ordered = sorted(changes.items())
    if more := [(key, n) for key, n in ordered if n > 0]:
        await db.execute(sql.add, *stream, *_columns(more))
    if less := [(key, n) for key, n in ordered if n < 0]:
        await db.execute(sql.subtract, *_columns(less))


def _columns(changes: Iterable[tuple[Key, int]]) -> Iterable[tuple[object, ...]]:
    return zip(*((*key, n) for key, n in changes), strict=True)


async def roll_up_together(
    db: Db, moves: Sequence[object], turns: Sequence[Turn], changes: Iterable[Change]
) -> list[Change]:
    """Move the marks, put the facts and add the changes in one statement; what the changed days (of the
    family `hour`, with the day as key) and the changed cells of initiatives' lives come to now.

    Raises whatever asyncpg does if a mark or a fact is not as it was seen; nothing is kept then.
    """
    # Sorted by key, so that two transactions lock rows in the same order and cannot deadlock.
    ordered = sorted(changes, key=lambda change: change.key)
    rows = await db.fetch(
        sql.roll_up_together,
        *moves,
        [turn.partition for turn in turns],
        [turn.old.version if turn.old else 0 for turn in turns],
        *_rows([turn.new for turn in turns]),
        [change.partition for change in ordered],
        *([change.key[nth] for change in ordered] for nth in range(len(Key._fields))),
        [change.n for change in ordered],
        LIFE,
    )
    streams = {change.key.municipality: change.partition for change in ordered}
    keys = [(Key(*tuple(row)[:5]), row["n"]) for row in rows]
    return [Change(streams[key.municipality], key, n) for key, n in keys]


async def drop(db: Db, stream: Stream) -> None:
    """Forget everything that was derived from a stream."""
    await db.execute(sql.drop_facts, *stream, timeout=PATIENCE)
    await db.execute(sql.drop_counters, *stream)


async def totals_of_stream(db: Db, campaign: str, stream: Stream) -> list[DayTotal]:
    """Every municipality's counters by day, as far as they come from one stream."""
    rows = await db.fetch(sql.totals_of_stream, campaign, *stream, timeout=PATIENCE)
    return [_day_total(row) for row in rows]


Codes: TypeAlias = Collection[str] | None
"""Some municipalities; None: all."""


async def since(db: Db, campaign: str, moment: datetime, codes: Codes = None) -> dict[str, int]:
    """How much happened since a moment, by counter."""
    rows = await db.fetch(sql.since, campaign, moment, _chosen(codes))
    return {row["counter"]: row["n"] for row in rows}


async def totals_of_days(db: Db, campaign: str, places: Iterable[tuple[str, str]]) -> list[DayTotal]:
    """The counters of some (municipality, day) pairs; a pair without events has no row."""
    pairs = list(places)
    rows = await db.fetch(sql.totals_of_days, campaign, [p[0] for p in pairs], [p[1] for p in pairs])
    return [_day_total(row) for row in rows]


def _day_total(row: asyncpg.Record) -> DayTotal:
    return DayTotal(row["municipality"], date.fromisoformat(row["day"]), row["counter"], row["n"])


async def hours(db: Db, campaign: str, since: str, codes: Codes = None) -> list[tuple[str, str, int]]:
    """The counters by hour (`2026-02-14T15`), from an hour on."""
    rows = await db.fetch(sql.hours, campaign, since, _chosen(codes), timeout=PATIENCE)
    return [(r["hour"], r["counter"], r["n"]) for r in rows]


async def by_day(db: Db, campaign: str) -> dict[str, dict[date, int]]:
    """The whole region's figures by counter and day."""
    days: dict[str, dict[date, int]] = {}
    for row in await db.fetch(sql.by_day, campaign, timeout=PATIENCE):
        days.setdefault(row["counter"], {})[date.fromisoformat(row["day"])] = row["n"]
    return days


async def by_family(
    db: Db, campaign: str, family: str, codes: Codes = None
) -> list[tuple[str, str, str, int]]:
    """(municipality, key, counter, n) of one family."""
    rows = await db.fetch(sql.by_family, campaign, family, _chosen(codes))
    return [(r["municipality"], r["key"], r["counter"], r["n"]) for r in rows]


async def by_classifier(db: Db, campaign: str, codes: Codes = None) -> dict[tuple[str, str, str], int]:
    """How many have which value: (classifier's code, value, counter) → n."""
    rows = await db.fetch(sql.by_classifier, campaign, _chosen(codes))
    return {(r["family"].removeprefix(CLASSIFIER), r["key"], r["counter"]): r["n"] for r in rows}


async def lives(db: Db, campaign: str) -> list[LifeTotal]:
    """What the initiatives of all municipalities came to."""
    return [LifeTotal(*row) for row in await db.fetch(sql.lives, campaign, timeout=PATIENCE)]


async def lives_of(db: Db, campaign: str, codes: Collection[str]) -> list[LifeTotal]:
    """What those of some municipalities came to."""
    return [LifeTotal(*row) for row in await db.fetch(sql.lives_of, campaign, list(codes))]


async def by_direction(db: Db, campaign: str, codes: Codes = None) -> list[tuple[str, str, int]]:
    """(direction, status, n): what the initiatives of each direction came to."""
    rows = await db.fetch(sql.by_direction, campaign, _chosen(codes))
    return [(*row["key"].split("/", 1), row["n"]) for row in rows]


async def of_organization(
    db: Db, campaign: str, codes: Collection[str], organization: UUID
) -> dict[str, dict[date, int]]:
    """An organization's figures by counter and day; `codes`: where its founder's figures are counted."""
    days: dict[str, dict[date, int]] = {}
    for row in await db.fetch(sql.of_organization, campaign, list(codes), organization):
        days.setdefault(row["counter"], {})[date.fromisoformat(row["day"])] = row["n"]
    return days


async def heard_of(db: Db, campaign: str, codes: Collection[str], since: datetime) -> set[UUID]:
    """The organizations of some municipalities that submitted anything since a moment."""
    rows = await db.fetch(sql.heard_of, campaign, list(codes), since)
    return {row["organization"] for row in rows}


async def of_municipalities(db: Db, codes: Collection[str]) -> list[tuple[Key, int]]:
    """All that some municipalities have, zeros too, but for what is done between the levels: that there is
    some is a key without a family. In order."""
    rows = await db.fetch(sql.of_municipalities, list(codes))
    return [(Key(*tuple(row)[:5]), row["n"]) for row in rows]


async def sums_of(db: Db, codes: Collection[str]) -> dict[tuple[str, str, str], int]:
    """What some municipalities have altogether, by campaign, municipality and counter."""
    rows = await db.fetch(sql.sums_of, list(codes))
    return {(row["campaign"], row["municipality"], row["counter"]): row["n"] for row in rows}


async def municipalities(db: Db) -> list[str]:
    """Every municipality that has figures."""
    return [row["municipality"] for row in await db.fetch(sql.municipalities)]


async def latest(db: Db, campaign: str, limit: int, codes: Codes = None) -> list[Movement]:
    """What just happened, the newest first."""
    return [Movement(*row) for row in await db.fetch(sql.latest, campaign, limit, _chosen(codes))]


def _chosen(codes: Codes) -> list[str] | None:
    return None if codes is None else list(codes)


async def all_counters(db: Db) -> dict[Key, int]:
    """Every counter above zero."""
    rows = await db.fetch(sql.all_counters)
    return {Key(*tuple(row)[:5]): row["n"] for row in rows}


async def all_facts(db: Db) -> AsyncIterator[Fact]:
    """The whole projection, row by row. Needs a transaction."""
    async for row in db.cursor(sql.all_facts, prefetch=5000):
        yield _fact(row)


async def marks(db: Db, reader: str) -> dict[Stream, tuple[int, int]]:
    """How far a reader is: stream → (epoch, mark)."""
    rows = await db.fetch(sql.marks, reader)
    return {Stream(r["topic"], r["partition"]): (r["epoch"], r["mark"]) for r in rows}


def _fact(row: asyncpg.Record) -> Fact:
    return Fact(**{**row, "classifiers": orjson.loads(row["classifiers"])})
