"""Lines, and the settlements that share them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from pydantic import TypeAdapter

from contracts.appointments import ServingEvent, WorkingDay
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict, NotFound
from services.hotline.core.region import Known
from services.hotline.lines.domain.lines import Act, Help, Line

sql = queries.load(__package__, "lines.sql")

WEEK: TypeAdapter[list[WorkingDay | None]] = TypeAdapter(list[WorkingDay | None])


@dataclass(frozen=True, slots=True)
class Share:
    """A settlement that was offered another municipality's line, and shares it once it has agreed."""

    municipality: str
    line_of: str
    offered_at: datetime
    agreed_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def agreed(self) -> bool:
        """Whether it is in force."""
        return self.agreed_at is not None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class Case:
    """An inquiry as a list of open ones names it."""

    id: UUID
    number: int
    municipality: str


async def one(db: Db, municipality: str) -> Line | None:
    """The line of a municipality itself, closed or not; everybody may read it."""
    row = await db.fetchrow(sql.one, municipality)
    return _line(row) if row else None


async def by_id(db: Db, id_: UUID) -> Line:
    """A line by its id. Raises NotFound."""
    municipality = await db.fetchval(sql.by_id, id_)
    return await found(db, municipality or "")


async def found(db: Db, municipality: str) -> Line:
    """The line of a municipality itself. Raises NotFound."""
    line = await one(db, municipality)
    if line is None:
        raise NotFound("line-unknown")
    return line


async def lock(db: Db, municipality: str) -> Line | None:
    """The same, locked: its shares and its duty are decided under this lock too."""
    await db.fetchval(sql.lock, municipality)
    return await one(db, municipality)


async def of(db: Db, known: Known, municipality: str, at: datetime) -> list[Line]:
    """The open lines by which a municipality is reached: its own, that which it shares, and that of whoever
    acts for it by agreement."""
    shared = [row["line_of"] for row in await db.fetch(sql.shared_with, municipality)]
    where = dict.fromkeys((municipality, *shared, known.server_of(municipality, at)))
    lines = {line.municipality: line for line in await some(db, list(where)) if not line.closed}
    return [lines[code] for code in where if code in lines]


async def served(db: Db, known: Known, line: Line, at: datetime) -> list[str]:
    """Every municipality that a line answers for: its own, and, of those that share it or are served by
    agreement, whoever has no line of their own."""
    of_server = (s.municipality for s in known.servings if line.municipality == _server(known, s, at))
    others = list(dict.fromkeys((*of_server, *line.serves)))
    own = {each.municipality for each in await some(db, others) if not each.closed}
    return [line.municipality, *(code for code in others if code not in own)]


def _server(known: Known, serving: ServingEvent, at: datetime) -> str:
    return known.server_of(serving.municipality, at)


async def some(db: Db, municipalities: Sequence[str]) -> list[Line]:
    """The lines of these municipalities, by their codes."""
    return [_line(row) for row in await db.fetch(sql.all_of, municipalities)]


async def tenants(db: Db) -> list[str]:
    """The municipalities of all lines."""
    return [row["municipality"] for row in await db.fetch(sql.tenants)]


async def is_taken(db: Db, municipality: str, email: str) -> bool:
    """Whether an open line of another municipality has this address."""
    return bool(email) and bool(await db.fetchval(sql.has_email, municipality, email))


async def add(db: Db, line: Line) -> None:
    """Store a new line. Raises Conflict if its municipality has got one meanwhile."""
    if not await db.fetchval(sql.add, *_values(line)):
        raise Conflict("line-changed")


async def save(db: Db, line: Line) -> None:
    """Store a line's present state."""
    await db.execute(sql.save, *_values(line))


async def share(db: Db, municipality: str, line_of: str) -> Share | None:
    """What there is between a settlement and a line, also what has ended."""
    row = await db.fetchrow(sql.share, municipality, line_of)
    return Share(**dict(row)) if row else None


async def shares(db: Db, municipality: str) -> list[Share]:
    """What a municipality offers, is offered and shares now."""
    return [Share(**dict(row)) for row in await db.fetch(sql.shares, municipality)]


async def keep_share(db: Db, share: Share) -> None:
    """Store what there is between a settlement and a line."""
    s = share
    await db.execute(sql.keep_share, s.municipality, s.line_of, s.offered_at, s.agreed_at, s.ended_at)


async def open_cases(db: Db, municipalities: Sequence[str]) -> list[Case]:
    """What waits at the line itself, of the municipalities that this transaction sees."""
    return [Case(**dict(row)) for row in await db.fetch(sql.open_cases, municipalities)]


async def cases(db: Db, municipalities: Sequence[str], ids: Sequence[UUID]) -> list[Case]:
    """Inquiries by their ids, of the municipalities that this transaction sees."""
    return [Case(**dict(row)) for row in await db.fetch(sql.cases, municipalities, ids)]


def _values(line: Line) -> tuple[object, ...]:
    week = WEEK.dump_json(list(line.week)).decode()
    said = orjson.dumps([asdict(each) for each in line.help]).decode()
    reached = (list(line.phones), line.email, line.address)
    owned = (line.group, line.act.number, line.act.day)
    return (
        *(line.municipality, line.id, line.name, *reached, week, said, *owned),
        *(line.closed, line.version, line.changed_at),
    )


def _line(row: asyncpg.Record) -> Line:
    r: dict[str, Any] = dict(row)
    week, said = WEEK.validate_json(r.pop("week")), orjson.loads(r.pop("help"))
    act = Act(r.pop("act_number"), r.pop("act_day"))
    group = r.pop("working_group")
    return Line(**r, group=group, week=week, help=[Help(**each) for each in said], act=act)
