"""Imports of the platform's tables, and what could not be taken of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Invalid, NotFound
from services.chassis.tables.rows import BadRow
from services.intake.federal.domain.columns import Template
from services.intake.federal.domain.imports import FederalImport, State
from services.intake.federal.domain.storing import Portion

sql = queries.load(__package__, "imports.sql")


async def template(db: Db) -> Template:
    """Which column was what the last time; nothing before the first."""
    row = await db.fetchrow(sql.template)
    return Template(orjson.loads(row["columns"]), row["codes"]) if row else Template({}, codes=True)


async def keep_template(db: Db, kept: Template, account: UUID, at: datetime) -> None:
    """Keep which column is what for the next time."""
    await db.execute(sql.keep_template, _json(kept.columns), kept.codes, account, at)


async def add(db: Db, given: FederalImport) -> None:
    """Store a table that was uploaded."""
    columns = None if given.columns is None else _json(given.columns)
    smos = None if given.smos is None else list(given.smos)
    of = (given.id, given.campaign, given.account, smos, given.file)
    await db.execute(sql.add, *of, _json(given.first), given.rows, columns, given.state, given.uploaded_at)


async def one(db: Db, id_: UUID, smos: Collection[str] | None) -> FederalImport:
    """An import, for who oversees these SMOs, or the region. Raises NotFound."""
    return _visible(await db.fetchrow(sql.one, id_), smos)


async def lock(db: Db, id_: UUID, smos: Collection[str] | None = None) -> FederalImport:
    """The same, locked. Raises NotFound."""
    return _visible(await db.fetchrow(sql.lock, id_), smos)


async def latest(db: Db, smos: Collection[str] | None, limit: int) -> list[FederalImport]:
    """The latest imports, the newest first."""
    return [_import(row) for row in await db.fetch(sql.latest, None if smos is None else list(smos), limit)]


async def next_waiting(db: Db, now: datetime) -> UUID | None:
    """The import that is to be gone on with now."""
    found: UUID | None = await db.fetchval(sql.next_waiting, now)
    return found


async def attempt(db: Db, id_: UUID) -> int:
    """Count that it is taken up: the how manyth time since it got on last."""
    return int(await db.fetchval(sql.attempt, id_))


async def later(db: Db, id_: UUID, at: datetime, counts: bool) -> None:
    """Let it wait until then. `counts`: whether the attempt does."""
    await db.execute(sql.later, id_, at, counts)


async def begin(db: Db, id_: UUID, columns: Mapping[str, str]) -> None:
    """Let the worker take an import up."""
    await db.execute(sql.begin, id_, _json(columns))


async def advance(db: Db, id_: UUID, done: int, portion: Portion) -> None:
    """Note what became of a portion of so many rows."""
    await db.execute(
        sql.advance,
        id_,
        done,
        portion.added,
        portion.changed,
        portion.same,
        len({b.line for b in portion.bad}),
    )
    if portion.bad:
        rows = [(bad.line, bad.why.slug, _json(bad.why.facts)) for bad in portion.bad]
        await db.execute(sql.add_bad, id_, *zip(*rows, strict=True))


async def linking(db: Db, id_: UUID, municipality: str, linked: int) -> None:
    """Note up to which municipality links were sought, and how many were found there."""
    await db.execute(sql.linking, id_, municipality, linked)


async def end(db: Db, id_: UUID, state: State, at: datetime, refusal: str | None = None) -> None:
    """Note how an import ended."""
    await db.execute(sql.end, id_, state, refusal, at)


async def bad(db: Db, id_: UUID, limit: int) -> list[BadRow]:
    """What could not be taken of a table, in the order of its lines."""
    rows = await db.fetch(sql.bad, id_, limit)
    return [BadRow(row["line"], Invalid(row["slug"], **orjson.loads(row["facts"]))) for row in rows]


async def with_old_files(db: Db, before: datetime, limit: int) -> list[tuple[UUID, str]]:
    """Imports whose table was uploaded before then, and where it lies."""
    return [(row["id"], row["file"]) for row in await db.fetch(sql.with_old_files, before, limit)]


async def file_removed(db: Db, id_: UUID) -> None:
    """The table itself is gone."""
    await db.execute(sql.file_removed, id_)


def _visible(row: asyncpg.Record | None, smos: Collection[str] | None) -> FederalImport:
    if row is None:
        raise NotFound("federal-import-unknown")
    given = _import(row)
    if smos is not None and (given.smos is None or not set(given.smos) <= set(smos)):
        raise NotFound("federal-import-unknown")
    return given


def _import(row: asyncpg.Record) -> FederalImport:
    fields = dict(row)
    columns = fields["columns"] and orjson.loads(fields["columns"])
    first: Sequence[tuple[int, Sequence[str]]] = [(n, cells) for n, cells in orjson.loads(fields["first"])]
    return FederalImport(**fields | {"columns": columns, "first": first, "state": State(fields["state"])})


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
