"""The inbox: what of a batch is next in order, applied in one transaction with the mark that says so."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import asyncpg
import structlog
from pydantic import TypeAdapter

from contracts import streams
from contracts.event import Event, StreamOpened, WatermarkReached
from services.chassis.db import queries, set_aside
from services.chassis.db.away import PASSING
from services.chassis.db.pool import Db, announce
from services.chassis.process.telemetry import APPLIED, DUPLICATES, PARKED
from services.chassis.streams import wire
from services.chassis.streams.kafka import Record
from services.chassis.streams.quick import Quick
from services.chassis.streams.tail import Stream
from services.chassis.streams.wire import Envelope, Form, Unreadable

sql = queries.load(__package__, "inbox.sql")
log = structlog.get_logger()

CHANNEL = "steps"
"""Announces `reader topic partition epoch mark epoch mark` after every batch: where the mark stood before it
and where it stands now. Whoever hears a step that does not begin where the last one ended has missed one."""

KIND = "event"
"""What a parked record is among the things set aside; `replay` repeats it."""

ATTEMPTS = 3
"""How often a record may fail before it is parked."""

Apply: TypeAlias = Callable[[Db, Stream, Sequence[Any]], Awaitable[None]]
OF_STREAMS: Mapping[str, type[Event]] = {event.type: event for event in (StreamOpened, WatermarkReached)}
"""What is said of a stream itself, in any topic: a reader applies it if it is among its shapes."""

Until: TypeAlias = tuple[int, int] | None
"""The epoch and number of the last event that is wanted; what comes behind it is as if it were not there."""

Drop: TypeAlias = Callable[[Db, Stream], Awaitable[None]]
Together: TypeAlias = Callable[[Db, Any, Sequence[Any]], Awaitable[None]]
"""Given the reader and the parts of a poll; see `together.py`."""


class Misplaced(Exception):
    """Somebody else moved the mark while we held the row: a bug or a lock that does not lock."""


class Place(NamedTuple):
    """How far a reader is in a stream: the last number applied, the chain up to it, and the
    offset behind its record."""

    epoch: int
    mark: int
    chain: str
    next_offset: int


@dataclass(frozen=True)
class Reader:
    """A named reader of one topic: what it knows, what it does with it, how it forgets a stream.

    `shapes` says for each event type what of its data is needed: the event's own class, or less; `live`:
    people watch what it counts, so that it asks for records often; `together` applies what a poll brings of
    several streams with their marks in one statement, and raises unless all is as it was seen; `quick` reads
    and applies at a fraction of the cost where all is as expected.
    """

    name: str
    topic: str
    shapes: Mapping[str, Any]
    apply: Apply
    drop: Drop
    live: bool = False
    together: Together | None = None
    quick: Quick | None = None

    @cached_property
    def form(self) -> Form:
        """How the records of a batch are read in which nothing is unknown or bad."""
        return wire.form_of(self._known)

    @cached_property
    def adapters(self) -> Mapping[str, TypeAdapter[Any]]:
        """How the data of a single event is read, by its type."""
        return {type_: TypeAdapter(shape) for type_, shape in self._known.items()}

    @property
    def _known(self) -> dict[str, Any]:
        return {**self.shapes, **OF_STREAMS}


def by_type(events: Sequence[type[Event]]) -> dict[str, type[Event]]:
    """Event type → its class: the shapes of a reader that needs all that these events tell."""
    return {event.type: event for event in events}


@dataclass(slots=True)
class Outcome:
    """What became of a batch."""

    place: Place
    applied: int = 0
    parked: int = 0
    unknown: int = 0
    duplicates: int = 0
    reset: bool = False
    gap: tuple[int, int] | None = None
    watermark: datetime | None = None
    """The stream is complete up to then."""
    broken_chain: bool = False
    offsets_at_mark: list[int] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        """Whether any record was next in order."""
        return bool(self.applied or self.parked)


class Next(NamedTuple):
    """A record that is next in order."""

    record: Record
    envelope: Envelope


def in_order(
    place: Place,
    records: Sequence[Record],
    envelopes: Sequence[Envelope | Unreadable],
    until: Until = None,
) -> tuple[Outcome, list[Next]]:
    """Which records continue the stream from `place`, and where that leads.

    Skips what is known and what belongs to a lower epoch; a higher epoch begins anew at number
    1; a record whose number or chain does not continue is a gap, ignored and remembered.
    """
    outcome, todo = Outcome(place), list[Next]()
    for record, envelope in zip(records, envelopes, strict=True):
        if isinstance(envelope, Unreadable) or (until and until < (envelope.epoch, envelope.sequence)):
            continue
        begins = envelope.epoch > outcome.place.epoch and envelope.sequence == 1
        here = Place(envelope.epoch, 0, "", 0) if begins else outcome.place
        if envelope.epoch > here.epoch:
            outcome.gap = (envelope.epoch, 1)
        elif envelope.epoch < here.epoch or envelope.sequence <= here.mark:
            outcome.duplicates += 1
            if (envelope.epoch, envelope.sequence, envelope.chain) == here[:3]:
                outcome.offsets_at_mark.append(record.offset)
        elif envelope.sequence > here.mark + 1:
            outcome.gap = (here.epoch, here.mark + 1)
        elif streams.link(here.chain, envelope.id) != envelope.chain:
            outcome.gap, outcome.broken_chain = (here.epoch, here.mark + 1), True
        else:
            if begins:
                outcome.reset = outcome.reset or outcome.place.epoch > 0
                todo.clear()
            outcome.place = Place(*_place(envelope), record.offset + 1)
            outcome.gap = None
            todo.append(Next(record, envelope))
    return outcome, todo


def _place(envelope: Envelope) -> tuple[int, int, str]:
    return envelope.epoch, envelope.sequence, envelope.chain


def read(reader: Reader, records: Sequence[Record]) -> list[Envelope | Unreadable]:
    """The records' envelopes; what cannot be read stands as `Unreadable`."""
    return wire.decode([record.value for record in records], reader.form)


async def take(
    db: Db, reader: Reader, stream: Stream, records: Sequence[Record], until: Until = None
) -> Outcome:
    """Apply what is next in order, within the caller's transaction, and move the mark with it.

    Raises whatever `reader.apply` raises; `take_carefully` then finds the record that is to blame.
    """
    before = Place(*await _locked(db, reader, stream))
    return await _take(db, reader, stream, before, records, until)


async def take_quickly(
    db: Db, reader: Reader, stream: Stream, records: Sequence[Record], until: Until = None
) -> Outcome:
    """Like `take`, and quickly if all is as expected. Raises also if that turns out too late."""
    before = Place(*await _locked(db, reader, stream))
    quick, last = reader.quick, before.mark + len(records)
    told = quick.read(*before[:3], records) if quick else None
    if quick is None or told is None or (until and until < (told.epoch, last)):
        return await _take(db, reader, stream, before, records, until)
    if told.data:
        await quick.apply(db, stream, told.data)
    place = Place(told.epoch, last, told.chain, records[-1].offset + 1)
    outcome = Outcome(place, applied=len(records), watermark=told.watermark)
    await _move(db, reader, stream, before, outcome)
    return outcome


async def _take(
    db: Db, reader: Reader, stream: Stream, before: Place, records: Sequence[Record], until: Until
) -> Outcome:
    envelopes = read(reader, records)
    outcome, todo = in_order(before, records, envelopes, until)
    await _set_unreadable_aside(db, reader, stream, records, envelopes)
    if outcome.reset:
        await reader.drop(db, stream)
    events, outcome.unknown = events_of(reader, todo)
    if events:
        await reader.apply(db, stream, events)
    outcome.applied, outcome.watermark = len(todo), complete_until(reader, todo)
    await _move(db, reader, stream, before, outcome)
    return outcome


async def take_carefully(
    db: Db, reader: Reader, stream: Stream, records: Sequence[Record], until: Until = None
) -> Outcome:
    """Like `take`, one record at a time, each in a savepoint; after three attempts it is parked."""
    before = Place(*await _locked(db, reader, stream))
    envelopes = read(reader, records)
    outcome, todo = in_order(before, records, envelopes, until)
    await _set_unreadable_aside(db, reader, stream, records, envelopes)
    if outcome.reset:
        await reader.drop(db, stream)
    for item in todo:
        error = await _try(db, reader, stream, item, outcome)
        if error is None:
            outcome.applied += 1
        else:
            outcome.parked += 1
            await _park(db, reader, stream, item.record, item.envelope, error)
    await _move(db, reader, stream, before, outcome)
    return outcome


async def place_of(db: Db, reader: Reader, stream: Stream) -> Place:
    """Where the reader is, by the database; the row is made if it is not there."""
    await db.execute(sql.open, reader.name, *stream)
    return Place(*await db.fetchrow(sql.place, reader.name, *stream))  # type: ignore[misc]


async def watermarks(db: Db, *readers: str) -> dict[Stream, datetime]:
    """Up to when the streams are complete, as far as these readers have applied them."""
    rows = await db.fetch(sql.watermarks, list(readers))
    return {Stream(row["topic"], row["partition"]): row["watermark"] for row in rows}


async def _locked(db: Db, reader: Reader, stream: Stream) -> asyncpg.Record:
    row = await db.fetchrow(sql.lock, reader.name, *stream)
    if row is None:
        raise Misplaced(f"{reader.name} has no inbox row for {stream}")
    return row


def events_of(reader: Reader, todo: Sequence[Next]) -> tuple[list[Any], int]:
    """The events among the records, in order, and how many are of types we do not know."""
    events, unknown = [], 0
    for item in todo:
        adapter = reader.adapters.get(item.envelope.type)
        if adapter is None:
            unknown += 1
        elif item.envelope.type not in OF_STREAMS or item.envelope.type in reader.shapes:
            events.append(_data(adapter, item))
    return events, unknown


def _data(adapter: TypeAdapter[Any], item: Next) -> Any:
    data = item.envelope.data
    return adapter.validate_python(data) if isinstance(data, dict) else data


def complete_until(reader: Reader, todo: Sequence[Next]) -> datetime | None:
    """The latest watermark among these. Raises OverflowError for a moment that no database holds."""
    adapter = reader.adapters[WatermarkReached.type]
    stated = [_data(adapter, item).moment for item in todo if item.envelope.type == WatermarkReached.type]
    return max((moment.astimezone(UTC) for moment in stated), default=None)


async def _try(db: Db, reader: Reader, stream: Stream, item: Next, outcome: Outcome) -> Exception | None:
    failure: Exception | None = None
    for _ in range(ATTEMPTS):
        try:
            async with db.transaction():
                events, unknown = events_of(reader, [item])
                if events:
                    await reader.apply(db, stream, events)
                # One that cannot be read is to blame like any other record.
                reached = complete_until(reader, [item])
        except PASSING:
            raise
        except Exception as error:
            failure = error
        else:
            outcome.unknown += unknown
            outcome.watermark = reached or outcome.watermark
            return None
    return failure


async def _set_unreadable_aside(
    db: Db,
    reader: Reader,
    stream: Stream,
    records: Sequence[Record],
    envelopes: Sequence[Envelope | Unreadable],
) -> None:
    for record, envelope in zip(records, envelopes, strict=True):
        if isinstance(envelope, Unreadable):
            await _park(db, reader, stream, record, None, envelope)


async def _park(
    db: Db,
    reader: Reader,
    stream: Stream,
    record: Record,
    envelope: Envelope | None,
    error: Exception,
) -> None:
    place = (envelope.epoch, envelope.sequence) if envelope else (None, None)
    body = record.value or b""
    parked = await db.fetchval(sql.park, reader.name, *stream, *place, record.offset, body, reason_of(error))
    if parked is None:
        return
    what = f"{stream.topic} [{stream.partition}] {f'№ {place[1]}' if envelope else 'без номера'}"
    await set_aside.add(db, KIND, what, f"Запись не применить: {type(error).__name__}.", str(parked))
    PARKED.labels(reader.name, reader.topic).inc()
    log.error(
        "record_parked",
        reader=reader.name,
        topic=stream.topic,
        partition=stream.partition,
        sequence=place[1],
        offset=record.offset,
        reason=type(error).__name__,
    )


def reason_of(error: Exception) -> str:
    """Why a record was set aside, without what it held."""
    describe: Any = getattr(error, "errors", None)
    if callable(describe):
        return str(describe(include_input=False, include_url=False, include_context=False))
    return f"{type(error).__name__}: {error}"


async def _move(db: Db, reader: Reader, stream: Stream, before: Place, outcome: Outcome) -> None:
    after = outcome.place
    if not outcome.moved:
        # A record seen again behind the mark tells where it stands now, after a log was recreated.
        after = outcome.place = replace_offset(before, outcome.offsets_at_mark)
    if not outcome.moved and after == before and not outcome.duplicates:
        return
    done = await db.execute(
        sql.move,
        *(reader.name, *stream, before.epoch, before.mark, *after),
        *(outcome.reset, outcome.applied, outcome.parked, outcome.unknown, outcome.duplicates),
        outcome.watermark,
    )
    if done != "UPDATE 1":
        raise Misplaced(f"{reader.name} {stream}: {before}")
    tell(db, reader, stream, before, outcome)


def tell(db: Db, reader: Reader, stream: Stream, before: Place, outcome: Outcome) -> None:
    """Announce where the mark stood and stands now, once the transaction is over, and count what it took."""
    step = *stream, *before[:2], *outcome.place[:2]
    announce(db, CHANNEL, " ".join(map(str, (reader.name, *step))))
    APPLIED.labels(reader.name, reader.topic).inc(outcome.applied)
    DUPLICATES.labels(reader.name, reader.topic).inc(outcome.duplicates)


def replace_offset(place: Place, offsets_at_mark: Sequence[int]) -> Place:
    """The same place, behind the record at the mark as it stands in the log now."""
    return place._replace(next_offset=offsets_at_mark[-1] + 1) if offsets_at_mark else place
