"""The projection of the hotline's cases, of help and of the work between the levels, and the counters that
come from it."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Stream
from services.metrics.cases import worked
from services.metrics.cases.helped import Help
from services.metrics.cases.told import KINDS, Case, LeftInquiry, Line, Name
from services.metrics.store import figures

sql = queries.load(__package__, "cases.sql")


SHAPES: dict[str, type[Case]] = {**KINDS, "help": Help, **worked.KINDS}


class CaseTotal(NamedTuple):
    """A municipality's counter of cases."""

    municipality: str
    family: str
    key: str
    counter: str
    n: int


async def insert(db: Db, stream: Stream, cases: Sequence[Case]) -> set[Name]:
    """Store cases of which nothing was known; their names. The others stand as they were."""
    rows = await db.fetch(sql.insert, *stream, *_rows(cases))
    return {(row["municipality"], row["kind"], row["id"]) for row in rows}


async def standing(db: Db, cases: Sequence[Case]) -> dict[Name, Case]:
    """The cases that stand in the place of these, by name."""
    names = ([c.municipality for c in cases], [c.kind for c in cases], [c.id for c in cases])
    found = [_case(row) for row in await db.fetch(sql.standing, *names)]
    return {case.name: case for case in found}


async def replace(db: Db, cases: Sequence[Case]) -> None:
    """Put cases in the place of older versions."""
    await db.execute(sql.replace, *_rows(cases))


def _rows(cases: Sequence[Case]) -> tuple[list[object], ...]:
    return (
        [c.kind for c in cases],
        [c.id for c in cases],
        [c.version for c in cases],
        [c.campaign for c in cases],
        [c.municipality for c in cases],
        [orjson.dumps(c.content()).decode() for c in cases],
    )


async def drop(db: Db, stream: Stream) -> None:
    """Forget everything that was derived from a stream of cases."""
    await db.execute(sql.drop, *stream)
    await figures.drop(db, stream)


async def all_cases(db: Db) -> AsyncIterator[Case]:
    """The whole projection, row by row. Needs a transaction."""
    async for row in db.cursor(sql.all_cases, prefetch=5000):
        yield _case(row)


def _case(row: asyncpg.Record) -> Case:
    """A case as it was kept; a line's campaign is none."""
    told = dict(row)
    kind, content = told.pop("kind"), orjson.loads(told.pop("content"))
    shape = LeftInquiry if content.pop("left", False) else SHAPES[kind]
    if shape is Line:
        del told["campaign"]
    return shape(**told, **content)


async def lines(db: Db) -> dict[str, list[str]]:
    """Municipality with a published line → those that share it beside its own."""
    found: dict[str, list[str]] = {}
    for row in await db.fetch(sql.lines):
        found.setdefault(row["municipality"], []).extend(orjson.loads(row["serves"]))
    return found


async def sums(db: Db, campaign: str) -> list[CaseTotal]:
    """Every counter of the hotline's but those by hour and by organization."""
    return _totals(await db.fetch(sql.sums, campaign))


async def sums_of(db: Db, campaign: str, codes: Collection[str]) -> list[CaseTotal]:
    """The same of some municipalities."""
    return _totals(await db.fetch(sql.sums_of, campaign, list(codes)))


def _totals(rows: Iterable[asyncpg.Record]) -> list[CaseTotal]:
    return [CaseTotal(*row) for row in rows]


async def hours(db: Db, campaign: str, codes: figures.Codes = None) -> list[tuple[str, str, int]]:
    """The counters by hour (`2026-02-14T15`): hour, counter, n."""
    rows = await db.fetch(sql.hours, campaign, None if codes is None else list(codes))
    return [(row["hour"], row["counter"], row["n"]) for row in rows]


async def organizations(db: Db, campaign: str, codes: Collection[str]) -> list[tuple[str, str, int]]:
    """The counters of help by organization: organization, counter, n."""
    rows = await db.fetch(sql.organizations, campaign, list(codes))
    return [(row["organization"], row["counter"], row["n"]) for row in rows]


async def of_organizations(
    db: Db, campaign: str, codes: Collection[str], organizations: Collection[UUID]
) -> list[Case]:
    """The inquiries, consultations and requests for help of some organizations; `codes`: where they are."""
    wanted = [str(each) for each in organizations]
    return [_case(row) for row in await db.fetch(sql.of_organizations, campaign, list(codes), wanted)]


async def work_sums(db: Db, campaign: str, codes: figures.Codes = None) -> list[CaseTotal]:
    """Every counter of the work between the levels but those by hour; of some municipalities, or of all."""
    if codes is None:
        return _totals(await db.fetch(sql.work_sums, campaign))
    return _totals(await db.fetch(sql.work_sums_of, campaign, list(codes)))


async def work_hours(db: Db, campaign: str, codes: figures.Codes = None) -> list[tuple[str, str, int]]:
    """The work's counters by hour in UTC (`2026-02-14T12`): hour, counter, n."""
    rows = await db.fetch(sql.work_hours, campaign, None if codes is None else list(codes))
    return [(row["hour"], row["counter"], row["n"]) for row in rows]
