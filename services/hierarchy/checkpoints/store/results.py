"""Frozen results as metrics has told them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from contracts.results import CheckpointEvent, CheckpointFrozen
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.directory.russian import search_pattern

sql = queries.load(__package__, "results.sql")

Key: TypeAlias = tuple[str, str, date]
"""Municipality, campaign, day."""


@dataclass(frozen=True, slots=True)
class OfDay:
    """A municipality, its district if it is a settlement, and what it has of a day."""

    code: str
    name: str
    smo: str | None
    district: str
    result: CheckpointEvent | None
    conclusion: int
    """Which version of the conclusion stands; 0: none."""
    body: str


@dataclass(frozen=True, slots=True)
class Unconcluded:
    """The last day with results, and how many of these have no conclusion."""

    day: date
    count: int


def key_of(event: CheckpointEvent) -> Key:
    """Which result an event is about."""
    return event.municipality, event.campaign, event.day


async def digests(db: Db, keys: Collection[Key]) -> dict[Key, str]:
    """What was frozen of these before, as digests."""
    rows = await db.fetch(sql.digests, *map(list, zip(*keys, strict=True)))
    return {(row["municipality"], row["campaign"], row["day"]): row["digest"] for row in rows}


async def keep(db: Db, events: Iterable[CheckpointEvent]) -> None:
    """Store results, each once among these, unless a newer version is there."""
    rows = [(*key_of(e), e.version, e.digest, e.model_dump_json()) for e in events]
    await db.execute(sql.keep, *map(list, zip(*rows, strict=True)))


async def forget(db: Db) -> None:
    """Drop all results; a new epoch tells them again."""
    await db.execute(sql.forget)


async def of_municipality(db: Db, code: str, campaign: str) -> list[CheckpointEvent]:
    """A municipality's results, by day."""
    return [_result(row["event"]) for row in await db.fetch(sql.of_municipality, code, campaign)]


async def days(db: Db, campaign: str) -> list[date]:
    """The days with results in municipalities that the transaction sees."""
    return [row["day"] for row in await db.fetch(sql.days, campaign)]


async def of_day(
    db: Db, campaign: str, day: date, smos: Sequence[str] | None, typed: str = ""
) -> list[OfDay]:
    """Every municipality of SMOs, or (None) of all, whose name has what was typed, by the alphabet. The
    transaction must see them."""
    known = await db.fetch(sql.municipalities, smos, search_pattern(typed))
    frozen = {row["municipality"]: row["event"] for row in await db.fetch(sql.of_day, campaign, day)}
    said = {row["municipality"]: row for row in await db.fetch(sql.concluded, campaign, day)}
    found = []
    for row in known:
        told, concluded = frozen.get(row["code"]), said.get(row["code"])
        written = (concluded["number"], concluded["body"]) if concluded else (0, "")
        result = _result(told) if told else None
        found.append(OfDay(row["code"], row["name"], row["smo"], row["district"], result, *written))
    return found


async def unconcluded(db: Db, campaign: str, codes: Iterable[str]) -> list[tuple[str, date]]:
    """Municipality and day of the results without a conclusion, the oldest first."""
    rows = await db.fetch(sql.unconcluded, campaign, list(codes))
    return [(row["municipality"], row["day"]) for row in rows]


async def unconcluded_of_last(db: Db, campaign: str) -> Unconcluded | None:
    """Of the last day with results in municipalities that the transaction sees."""
    row = await db.fetchrow(sql.unconcluded_of_last, campaign)
    return Unconcluded(**dict(row)) if row else None


def _result(told: str) -> CheckpointEvent:
    return CheckpointFrozen.model_validate_json(told)
