"""What was found at a moment and is kept: frozen results with corrections, warnings, meetings' figures."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

import asyncpg

from contracts.appointments import CheckpointsEvent
from contracts.results import (
    CheckpointCorrected,
    CheckpointEvent,
    CheckpointFrozen,
    FiguresTaken,
    Warned,
    WarningRaised,
)
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.metrics.domain import REGISTERED, SUBMITTED

sql = queries.load(__package__, "results.sql")

Totals: TypeAlias = Mapping[tuple[str, str], int]
"""(municipality, counter) → how many."""


class Name(NamedTuple):
    """What tells one result from another."""

    campaign: str
    municipality: str
    day: date


@dataclass(frozen=True, slots=True)
class Frozen:
    """A result as it goes into the table: the event, when its day ended, and whose figures it is about."""

    event: CheckpointFrozen
    ended_at: datetime
    codes: Collection[str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A frozen result's figures, and how they are corrected by now."""

    name: Name
    ended_at: datetime
    codes: Sequence[str]
    figures: Mapping[str, int]
    version: int
    correction: Mapping[str, int]

    def difference(self, totals: Totals) -> dict[str, int]:
        """What has come or gone since the day was frozen."""
        return {
            counter: sum(totals.get((code, counter), 0) for code in self.codes) - n
            for counter, n in self.figures.items()
        }


class Waiting(NamedTuple):
    """A result that is due and waits: for these streams (`topic/partition`), which are behind."""

    name: Name
    since: datetime
    streams: tuple[str, ...]


# ---- schedules ----
async def keep_schedules(db: Db, told: Iterable[CheckpointsEvent]) -> None:
    """Keep versions of schedules beside those before."""
    rows = [
        (each.partition_key, each.subject, each.version, each.set_at, ",".join(map(str, each.days)))
        for each in {(each.subject, each.version): each for each in told}.values()
    ]
    await db.execute(sql.keep_schedules, *zip(*rows, strict=True))


async def schedules(db: Db) -> dict[str, list[tuple[int, datetime, frozenset[date]]]]:
    """Subject → (version, when it was set, its days) of every version that was told."""
    found: dict[str, list[tuple[int, datetime, frozenset[date]]]] = {}
    for row in await db.fetch(sql.schedules):
        version = row["version"], row["set_at"], frozenset(row["days"])
        found.setdefault(row["subject"], []).append(version)
    return found


# ---- frozen results ----
async def alone(db: Db) -> bool:
    """Whether this transaction may write results now: no other one does."""
    return bool(await db.fetchval(sql.alone))


async def keep_alone(db: Db) -> None:
    """Wait until no other transaction writes results, and let none do until this one ends."""
    await db.execute(sql.keep_alone)


async def frozen(db: Db) -> set[Name]:
    """Every result that is frozen."""
    return {Name(*row) for row in await db.fetch(sql.frozen)}


async def freeze(db: Db, given: Sequence[Frozen]) -> list[CheckpointFrozen]:
    """Freeze results of one day of a campaign; those that were not frozen before."""
    first = given[0]
    rows = [
        (
            *(each.event.municipality, ",".join(sorted(each.codes))),
            *(each.event.registered, each.event.submitted, each.event.model_dump_json()),
        )
        for each in given
    ]
    place = first.event.campaign, first.event.day, first.ended_at
    new = {row["municipality"] for row in await db.fetch(sql.freeze, *place, *zip(*rows, strict=True))}
    return [each.event for each in given if each.event.municipality in new]


async def kept(db: Db, first: date, last: date, codes: Collection[str] | None = None) -> list[Kept]:
    """The results of some days that are about any of these municipalities; all by default."""
    return [_kept(row) for row in await db.fetch(sql.kept, first, last, _chosen(codes))]


def _kept(row: asyncpg.Record) -> Kept:
    return Kept(
        name=Name(row["campaign"], row["municipality"], row["day"]),
        ended_at=row["ended_at"],
        codes=row["codes"],
        figures={REGISTERED: row["registered"], SUBMITTED: row["submitted"]},
        version=row["version"],
        correction={REGISTERED: row["corrected_registered"], SUBMITTED: row["corrected_submitted"]},
    )


async def correct(
    db: Db, changed: Sequence[tuple[Kept, Mapping[str, int]]], at: datetime
) -> list[CheckpointEvent]:
    """Put new corrections beside results of one day of a campaign; the results as they are told then."""
    first = changed[0][0].name
    rows = [
        (each.name.municipality, each.version + 1, now[REGISTERED], now[SUBMITTED]) for each, now in changed
    ]
    await db.execute(sql.correct, first.campaign, first.day, at, *zip(*rows, strict=True))
    return await told(db, first.campaign, first.day, [row[0] for row in rows])


async def told(db: Db, campaign: str, day: date, codes: Collection[str]) -> list[CheckpointEvent]:
    """The results of a day as they are told now, with their corrections."""
    return [_told(row) for row in await db.fetch(sql.told, campaign, day, list(codes))]


async def all_told(db: Db) -> list[CheckpointEvent]:
    """Every result as it is told now. Its figures are the row's: a digest that covers others is wrong."""
    rows = await db.fetch(sql.all_told)
    return [
        _told(row).model_copy(
            update={"registered": row["of_row_registered"], "submitted": row["of_row_submitted"]}
        )
        for row in rows
    ]


def _told(row: asyncpg.Record) -> CheckpointEvent:
    result = CheckpointFrozen.model_validate_json(row["content"])
    if row["version"] is None:
        return result
    correction = {f"correction_{counter}": row[counter] for counter in (REGISTERED, SUBMITTED)}
    return CheckpointCorrected.model_validate(result.model_dump() | {"version": row["version"]} | correction)


# ---- what waits ----
async def wait(db: Db, waiting: Collection[Waiting]) -> None:
    """Keep which results are due and wait, each with the moment since when it has, and for what."""
    rows = [
        (each.name.municipality, each.name.campaign, each.name.day, each.since, ",".join(each.streams))
        for each in waiting
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []]
    await db.execute(sql.one_notes)
    await db.execute(sql.wait_no_more, *columns[:3])
    await db.execute(sql.wait, *columns)


async def waiting(db: Db, campaign: str, codes: Collection[str] | None = None) -> list[Waiting]:
    """The results of a campaign that are due and wait for a stream that is behind."""
    rows = await db.fetch(sql.waiting, campaign, _chosen(codes))
    return [
        Waiting(Name(row["campaign"], row["municipality"], row["day"]), row["since"], tuple(row["streams"]))
        for row in rows
    ]


# ---- warnings ----
async def warned(db: Db, campaign: str) -> set[tuple[str, Warned]]:
    """Who was warned of what in a campaign."""
    return {(r["municipality"], Warned(r["warning"])) for r in await db.fetch(sql.warned, campaign)}


async def warn(
    db: Db, campaign: str, day: date, given: Collection[tuple[str, Warned]]
) -> list[WarningRaised]:
    """Warn each of what it was not warned of before; the new warnings."""
    codes, of = [code for code, _ in given], [warning.value for _, warning in given]
    rows = await db.fetch(sql.warn, campaign, day, codes, of)
    return [_warning(campaign, row["municipality"], row["warning"], day) for row in rows]


async def all_warnings(db: Db) -> list[WarningRaised]:
    """Every warning as it was told."""
    rows = await db.fetch(sql.all_warnings)
    return [_warning(row["campaign"], row["municipality"], row["warning"], row["day"]) for row in rows]


def _warning(campaign: str, municipality: str, warning: str, day: date) -> WarningRaised:
    return WarningRaised(
        version=1, campaign=campaign, municipality=municipality, warning=Warned(warning), day=day
    )


# ---- figures of meetings ----
async def unanswered(db: Db, requests: Iterable[UUID]) -> set[UUID]:
    """Which of the requests for figures have no answer yet."""
    return {row["id"] for row in await db.fetch(sql.unanswered, list(requests))}


async def take(db: Db, taken: FiguresTaken) -> bool:
    """Answer a request for figures; whether it had no answer before."""
    return await db.fetchval(sql.take, taken.id, taken.model_dump_json()) is not None


async def all_taken(db: Db) -> list[FiguresTaken]:
    """Every answer as it was told."""
    return [FiguresTaken.model_validate_json(row["content"]) for row in await db.fetch(sql.all_taken)]


# ---- counters as of a day ----
async def totals_before(
    db: Db, campaign: str, day: date | None, codes: Collection[str] | None = None
) -> dict[tuple[str, str], int]:
    """What municipalities had counted before a day, by the region's clock; up to now without one."""
    rows = await db.fetch(sql.totals_before, campaign, day and str(day), _chosen(codes))
    return {(row["municipality"], row["counter"]): row["n"] for row in rows}


async def heard_between(db: Db, campaign: str, first: date, end: date) -> set[str]:
    """The municipalities that submitted anything from a day on and before another."""
    rows = await db.fetch(sql.heard_between, campaign, str(first), str(end))
    return {row["municipality"] for row in rows}


def _chosen(codes: Collection[str] | None) -> list[str] | None:
    return None if codes is None else list(codes)
