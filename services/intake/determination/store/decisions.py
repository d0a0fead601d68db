"""Decisions on initiatives, and the initiatives as they were decided on."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson
from pydantic import TypeAdapter

from contracts.appointments import Level
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.intake.core.domain import Author
from services.intake.determination.domain.bodies import Body
from services.intake.determination.domain.decisions import Before, Decision, Kind
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store.initiatives import initiative_of

sql = queries.load(__package__, "decisions.sql")

BEFORE = TypeAdapter(Before)


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision on one initiative. `bulk`: those that were decided together; `version`: the initiative's,
    which it made."""

    municipality: str
    id: UUID
    bulk: UUID
    initiative_id: UUID
    version: int
    kind: Kind
    body: Body
    account: UUID
    name: str
    reason: str
    text: str
    before: Before
    decided_at: datetime
    undone_at: datetime | None = None
    decided_in: str | None = None
    """Of which municipality's staff they are who decided; none: where it is."""


class New(NamedTuple):
    """A decision that is taken now: its id, the initiative after it and as it was before, who decides."""

    id: UUID
    initiative: Initiative
    before: Before
    body: Body


async def lock(db: Db, municipalities: Collection[str], ids: Collection[UUID]) -> dict[UUID, Initiative]:
    """Those of these initiatives that are in the municipalities, locked."""
    rows = await db.fetch(sql.lock, list(municipalities), list(ids))
    return {row["id"]: initiative_of(row) for row in rows}


async def save(db: Db, initiatives: Sequence[Initiative], at: datetime) -> None:
    """Store initiatives as they were decided on, each with its step in the history."""
    rows = [
        (
            *(i.municipality, i.id, i.version, i.status, i.direction),
            *(i.held_since, i.decided_by, i.in_time, i.merged_into),
        )
        for i in initiatives
    ]
    await db.execute(sql.save, *zip(*rows, strict=True), at)


async def add(
    db: Db,
    bulk: UUID,
    by: Staff,
    given: Decision,
    taken: Sequence[New],
    at: datetime,
) -> None:
    """Write down what was decided together."""
    rows = [(i.municipality, id_, i.id, i.version, _json(before)) for id_, i, before, _ in taken]
    bodies = [(one.body.level, one.body.group) for one in taken]
    alike = (bulk, given.kind, by.account, by.name, given.reason, given.text, at)
    await db.execute(sql.add, *zip(*rows, strict=True), *alike, *zip(*bodies, strict=True))


async def decided_by(db: Db, municipalities: Collection[str], id_: UUID) -> list[UUID]:
    """The initiatives of a decision by its own id, or of all that were taken together by theirs."""
    return [row["initiative_id"] for row in await db.fetch(sql.decided_by, list(municipalities), id_)]


async def lock_taken(db: Db, municipalities: Collection[str], id_: UUID) -> list[Taken]:
    """A decision by its own id, or all that were taken together by theirs, locked."""
    return [_taken(row) for row in await db.fetch(sql.lock_taken, list(municipalities), id_)]


async def taken(db: Db, municipalities: Collection[str], id_: UUID) -> list[Taken]:
    """The same, to be looked at."""
    return [_taken(row) for row in await db.fetch(sql.taken, list(municipalities), id_)]


async def undo(db: Db, taken: Sequence[Taken], at: datetime) -> None:
    """Write down that decisions were taken back."""
    await db.execute(sql.undo, [one.municipality for one in taken], [one.id for one in taken], at)


async def of_initiatives(
    db: Db, municipalities: Collection[str], ids: Collection[UUID]
) -> dict[UUID, list[Taken]]:
    """What was decided on each of these initiatives, from the beginning, also what was taken back."""
    found: dict[UUID, list[Taken]] = {id_: [] for id_ in ids}
    for row in await db.fetch(sql.of_initiatives, list(municipalities), list(ids)):
        found[row["initiative_id"]].append(_taken(row))
    return found


async def forget_texts(db: Db, who: Author) -> None:
    """Forget what was said to an author, in the municipality of `who`; what was decided stays."""
    await db.execute(sql.forget_texts, who.municipality, who.participant_id)


async def next_number(db: Db) -> int:
    """A number for people."""
    return int(await db.fetchval(sql.next_number))


async def submit(db: Db, i: Initiative) -> None:
    """Store an initiative whose author is a body, with the beginning of its history."""
    await db.execute(
        sql.submit,
        *(i.municipality, i.id, i.number, i.campaign, i.organization, i.direction),
        *(orjson.dumps(i.classifiers).decode(), i.title, i.text, i.status, i.submitted_at, i.version),
        i.origin,
    )


def _json(before: Before) -> str:
    return orjson.dumps(asdict(before)).decode()


def _taken(row: asyncpg.Record) -> Taken:
    fields = dict(row)
    body = Body(Level(fields.pop("level")), fields.pop("working_group"))
    return Taken(
        **fields | {"kind": Kind(row["kind"]), "before": BEFORE.validate_json(row["before"]), "body": body}
    )
