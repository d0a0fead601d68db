"""Initiatives and what happened to them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson

from contracts.appointments import Level
from contracts.initiatives import InitiativeStatus, InitiativeSubmitted
from services.chassis.db import idempotency, queries, tenancy
from services.chassis.db.idempotency import Repeat
from services.chassis.db.pool import Db
from services.chassis.streams import outbox
from services.intake.attachments.domain.attachments import Holder
from services.intake.core.domain import Author
from services.intake.initiatives.domain import HIGHEST, OPEN, Initiative, Step

sql = queries.load(__package__, "initiatives.sql")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a submission learns of its author, and its number."""

    classifiers: dict[str, str]
    number: int


@dataclass(frozen=True, slots=True)
class New:
    """An initiative to be stored, the event that tells of it, and what a repeat of its request gets."""

    initiative: Initiative
    event: InitiativeSubmitted
    repeat: Repeat | None = None
    result: object = None


async def prepare(db: Db, seen: Iterable[str], authors: Sequence[Author]) -> dict[int, Prepared]:
    """By place in the batch; a place is missing if its author is not registered. From now on this transaction
    sees the rows of these municipalities alone."""
    tenants = tenancy.chosen(db, seen)
    rows = await db.fetch(
        sql.prepare, tenants, [a.municipality for a in authors], [a.participant_id for a in authors]
    )
    return {row["nth"] - 1: Prepared(orjson.loads(row["classifiers"]), row["number"]) for row in rows}


async def submit(db: Db, batch: Sequence[New]) -> set[int]:
    """Store initiatives, each with the beginning of its history and its event, unless their request was made
    before; the places of those that are stored. Raises TooLarge."""
    if not batch:
        return set()
    rows = [
        (
            *(i.municipality, i.id, i.number, i.campaign, i.participant_id, i.organization),
            *(i.direction, orjson.dumps(i.classifiers).decode(), i.title, i.text),
            *(i.status, i.submitted_at, i.version),
        )
        for i in (new.initiative for new in batch)
    ]
    stored = await db.fetchval(
        sql.submit,
        *zip(*rows, strict=True),
        *idempotency.columns([(new.repeat, new.result) for new in batch]),
        *outbox.leaving(db, [new.event for new in batch]),
    )
    return {nth - 1 for nth in stored}


async def lock(db: Db, who: Author, initiative_id: UUID) -> Initiative | None:
    """The author's own initiative, locked, if it is in the municipality of `who`."""
    return _found(await db.fetchrow(sql.lock, who.municipality, who.participant_id, initiative_id))


async def lock_all_of(db: Db, places: Sequence[Author]) -> list[Holder]:
    """Lock everything of an author's, in each of the municipalities; what its files belong to."""
    municipalities = [whose.municipality for whose in places]
    rows = await db.fetch(sql.lock_all_of, municipalities, places[0].participant_id)
    return [Holder(row["municipality"], row["id"]) for row in rows]


async def find(db: Db, who: Author, initiative_id: UUID) -> Initiative | None:
    """The author's own initiative, if it is in the municipality of `who`."""
    return _found(await db.fetchrow(sql.one_of, who.municipality, who.participant_id, initiative_id))


async def find_at(db: Db, municipality: str, initiative_id: UUID) -> Initiative | None:
    """Anybody's initiative, if it is in the municipality."""
    return _found(await db.fetchrow(sql.one_at, municipality, initiative_id))


async def page_of(db: Db, who: Author, before: int | None, limit: int) -> list[Initiative]:
    """The author's initiatives, the newest first, below a number."""
    rows = await db.fetch(sql.page_of, who.municipality, who.participant_id, before or HIGHEST, limit)
    return [initiative_of(row) for row in rows]


async def save_status(db: Db, initiative: Initiative, at: datetime, reason: str | None) -> None:
    """Store a new status with its step in the history."""
    i = initiative
    await db.execute(sql.save_status, i.municipality, i.id, i.status, i.version, at, reason)


async def history(db: Db, initiative: Initiative) -> list[Step]:
    """What happened to an initiative, from the beginning."""
    rows = await db.fetch(sql.history, initiative.municipality, initiative.id)
    return [_step(row) for row in rows]


async def count_of(db: Db, who: Author) -> int:
    """How many initiatives the author has."""
    return int(await db.fetchval(sql.count_of, who.municipality, who.participant_id))


async def histories(db: Db, those: Sequence[Initiative]) -> dict[UUID, list[Step]]:
    """What happened to each of these initiatives."""
    found: dict[UUID, list[Step]] = {one.id: [] for one in those}
    for row in await db.fetch(sql.steps_of, [one.municipality for one in those], list(found)):
        found[row["initiative_id"]].append(_step(row))
    return found


async def leave_without_author(db: Db, who: Author) -> list[Initiative]:
    """Let the author's initiatives be nobody's, as they are but for the reasons of withdrawals."""
    await db.execute(sql.forget_reasons, who.municipality, who.participant_id)
    rows = await db.fetch(sql.leave_without_author, who.municipality, who.participant_id)
    return [initiative_of(row) for row in rows]


async def remove_texts(db: Db, who: Author, at: datetime) -> tuple[list[Initiative], list[Initiative]]:
    """Let them be nobody's and without a text: those that are withdrawn by it, and those that were before."""
    await db.execute(sql.forget_reasons, who.municipality, who.participant_id)
    rows = await db.fetch(sql.remove_texts, who.municipality, who.participant_id, at, list(OPEN))
    found: tuple[list[Initiative], list[Initiative]] = ([], [])
    for row in rows:
        found[row["status"] == row["before"]].append(initiative_of(row))
    return found


async def all_of(db: Db, municipalities: list[str]) -> AsyncIterator[Initiative]:
    """Every initiative of these municipalities, one after another. Needs a transaction."""
    async for row in db.cursor(sql.all_of, municipalities, prefetch=500):
        yield initiative_of(row)


async def tenants(db: Db) -> list[str]:
    """Every municipality that has initiatives."""
    return [row["municipality"] for row in await db.fetch(sql.tenants)]


def _step(row: asyncpg.Record) -> Step:
    return Step(
        row["version"], InitiativeStatus(row["status"]), row["happened_at"], row["reason"], row["note"]
    )


def _found(row: asyncpg.Record | None) -> Initiative | None:
    return None if row is None else initiative_of(row)


def initiative_of(row: asyncpg.Record) -> Initiative:
    """An initiative as its row has it."""
    fields = {name: value for name, value in row.items() if name != "before"} | {
        "classifiers": orjson.loads(row["classifiers"]),
        "status": InitiativeStatus(row["status"]),
        "origin": row["origin"] and Level(row["origin"]),
        "decided_by": row["decided_by"] and Level(row["decided_by"]),
    }
    return Initiative(**fields)
