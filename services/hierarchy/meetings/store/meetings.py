"""Meetings with their agendas and minutes: the region's rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson
from pydantic import TypeAdapter

from contracts.results import FiguresTaken, Standing
from contracts.work import MeetingDefined, MeetingState
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.meetings.domain.meetings import Figures, Format, Item, Meeting, Minutes, Planned

sql = queries.load(__package__, "meetings.sql")

STANDINGS = TypeAdapter(list[Standing])


@dataclass(frozen=True, slots=True)
class Listed:
    """A meeting as a list shows it, with how many of whom the viewer sees have answered what."""

    id: UUID
    title: str
    format: Format
    begins_at: datetime
    duration: int
    state: MeetingState
    smo: str
    repeats: bool
    invited: int
    accepted: int
    declined: int
    substitutes: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose meetings a list holds, those to come or those that are over, and behind which one it goes on."""

    smos: Collection[str]
    municipalities: Collection[str]
    coming: bool
    after: UUID | None = None


async def add(db: Db, meeting: Meeting, at: datetime) -> None:
    """Store a new meeting."""
    what = (meeting.id, meeting.campaign, meeting.smo, meeting.series)
    await db.execute(sql.add, *what, *_state(meeting), meeting.called_by, at)


async def save(db: Db, meeting: Meeting) -> None:
    """Store a meeting's present state."""
    await db.execute(sql.save, meeting.id, *_state(meeting))


def _state(meeting: Meeting) -> tuple[object, ...]:
    planned = meeting.planned
    return (
        *(planned.title, planned.format, planned.place, planned.link, planned.begins_at, planned.duration),
        *(list(meeting.municipalities), meeting.state, meeting.reason, meeting.sequence, meeting.version),
    )


async def get(db: Db, id_: UUID) -> Meeting:
    """A meeting. Raises NotFound."""
    return _found(await db.fetchrow(sql.get, id_))


async def lock(db: Db, id_: UUID) -> Meeting:
    """A meeting that nobody else changes or answers until the transaction is over. Raises NotFound."""
    return _found(await db.fetchrow(sql.lock, id_))


async def lock_following(db: Db, meeting: Meeting) -> list[Meeting]:
    """This one and those planned behind it in its series, locked."""
    if meeting.series is None:
        return [await lock(db, meeting.id)]
    rows = await db.fetch(sql.lock_following, meeting.series, meeting.begins_at)
    return [_meeting(row) for row in rows]


async def next_of_smo(db: Db, smo: str, now: datetime) -> Meeting | None:
    """The meeting that comes next, or that is being held."""
    row = await db.fetchrow(sql.next_of_smo, smo, now)
    return _meeting(row) if row else None


async def unmarked(db: Db, smo: str, now: datetime) -> list[UUID]:
    """Meetings that are over and of which nobody has said who was there, the latest first."""
    return [row["id"] for row in await db.fetch(sql.unmarked, smo, now)]


async def near(db: Db, now: datetime, until: datetime) -> list[UUID]:
    """Meetings that begin by then and were called long before."""
    return [row["id"] for row in await db.fetch(sql.near, now, until)]


async def listed(db: Db, wanted: Wanted, limit: int, now: datetime) -> list[Listed]:
    """Those to come, the nearest first, or those that are over, the latest first."""
    whose = (list(wanted.smos), list(wanted.municipalities))
    rows = await db.fetch(sql.listed, *whose, wanted.coming, wanted.after, limit, now)
    return [
        Listed(**dict(row) | {"format": Format(row["format"]), "state": MeetingState(row["state"])})
        for row in rows
    ]


async def defined(db: Db, meetings: Sequence[Meeting]) -> list[MeetingDefined]:
    """The events of meetings, with what their agendas have asked for."""
    rows = await db.fetch(sql.requests, [meeting.id for meeting in meetings])
    requests = {row["meeting"]: row["requests"] for row in rows}
    return [meeting.defined(requests.get(meeting.id, ())) for meeting in meetings]


async def all_defined(db: Db) -> list[MeetingDefined]:
    """The events of all meetings."""
    return await defined(db, [_meeting(row) for row in await db.fetch(sql.all_of_all)])


async def items(db: Db, meeting: UUID) -> list[Item]:
    """An agenda."""
    return [_item(row) for row in await db.fetch(sql.items, meeting)]


async def save_items(db: Db, meeting: UUID, agenda: Sequence[Item]) -> None:
    """Store an agenda; items that are not on it any more go."""
    ids = [item.id for item in agenda]
    await db.execute(sql.remove_items, meeting, ids)
    numbers, bodies = [item.number for item in agenda], [item.body for item in agenda]
    await db.execute(sql.save_items, meeting, ids, numbers, bodies)


async def ask_for_figures(db: Db, meeting: UUID, item: UUID, request: UUID) -> bool:
    """Whether an item had not asked for figures yet."""
    return await db.fetchval(sql.ask_for_figures, meeting, item, request) is not None


async def take_figures(db: Db, taken: FiguresTaken) -> None:
    """Keep the figures that an agenda has asked for; what came before stays."""
    figures = STANDINGS.dump_json(taken.items).decode()
    await db.execute(sql.take_figures, taken.id, taken.as_of, taken.day, figures)


async def minutes(db: Db, meeting: UUID) -> list[Minutes]:
    """Every version of the minutes, the latest first."""
    return [Minutes(**dict(row)) for row in await db.fetch(sql.minutes, meeting)]


async def add_minutes(db: Db, meeting: UUID, written: Minutes, by: UUID) -> None:
    """Store another version of the minutes."""
    await db.execute(sql.add_minutes, meeting, written.number, written.body, by, written.written_at)


def _found(row: asyncpg.Record | None) -> Meeting:
    if row is None:
        raise NotFound("meeting-unknown")
    return _meeting(row)


def _meeting(row: asyncpg.Record) -> Meeting:
    given = dict(row)
    told = ("title", "format", "place", "link", "begins_at", "duration")
    planned = {name: given.pop(name) for name in told}
    planned["format"] = Format(str(planned["format"]))
    given["municipalities"] = tuple(row["municipalities"])
    given["state"] = MeetingState(str(row["state"]))
    return Meeting(planned=Planned(**planned), **given)


def _item(row: asyncpg.Record) -> Item:
    given = dict(row)
    as_of, day, figures = (given.pop(name) for name in ("as_of", "day", "figures"))
    shown = None
    if figures is not None:
        shown = Figures(as_of, day, STANDINGS.validate_python(orjson.loads(str(figures))))
    return Item(figures=shown, **given)
