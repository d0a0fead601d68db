"""The tail check: does the log end where our outbox says, and do we know all that it holds?"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self, TypeAlias
from uuid import UUID

import orjson
import structlog

from contracts import streams
from contracts.event import Event, StreamOpened, WatermarkReached
from contracts.nak import PositionReported
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.process.settings import Settings
from services.chassis.process.telemetry import EPOCHS, RELAY_BACK
from services.chassis.streams import kafka, outbox, wire
from services.chassis.streams.kafka import Record

sql = queries.load(__package__, "relay.sql")
log = structlog.get_logger()

TAIL = 1000
"""How many of a partition's last records are compared."""


class Stream(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


Restate: TypeAlias = Callable[[Db, Stream], AsyncIterator[Event]]
"""The present state of every aggregate of a stream, one after another: there can be many."""

AT_ONCE = 1000
"""How many of them are told in one bundle."""


class Seen(NamedTuple):
    """A place of a stream that somebody else has seen: a record of the log or a reader's report."""

    epoch: int
    seq: int
    chain: str


@dataclass(frozen=True, slots=True)
class Head:
    """The stream's row, locked."""

    epoch: int
    last_seq: int
    sent_seq: int


@dataclass(frozen=True, slots=True)
class Tails:
    """The end of every stream's log, and up to which number it was marked as sent before that was read."""

    sent_before: Mapping[Stream, int]
    logs: Mapping[tuple[str, int], Sequence[Seen]]


async def check(
    db: Db,
    settings: Settings,
    owned: Sequence[Stream],
    positions: Iterable[PositionReported],
    restate: Restate,
) -> None:
    """Read the log's tail and compare at once: before anything is numbered by a new session."""
    tails = Tails(await _sent(db, owned), await _read(settings, owned))
    await compare(db, settings, tails, positions, restate)


class Reading:
    """Reads the log's tail in a task of its own, while the relay goes on sending; `ended` is called when it
    has. To be entered with `async with`: whoever leaves takes the task along."""

    def __init__(self, settings: Settings, owned: Sequence[Stream], ended: Callable[[], None]) -> None:
        self._settings, self._owned, self._ended = settings, owned, ended
        self._sent: Mapping[Stream, int] = {}
        self._task: asyncio.Task[dict[tuple[str, int], list[Seen]]] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    @property
    def begun(self) -> bool:
        """Whether a tail is being read, or was and is not taken yet."""
        return self._task is not None

    async def begin(self, db: Db) -> None:
        """Look how far the streams are marked, and begin to read."""
        self._sent = await _sent(db, self._owned)
        self._task = asyncio.create_task(_read(self._settings, self._owned))
        self._task.add_done_callback(lambda _: self._ended())

    def taken(self) -> Tails | None:
        """What was read, once; None until then. Raises what went wrong with it."""
        if self._task is None or not self._task.done():
            return None
        task, self._task = self._task, None
        return Tails(self._sent, task.result())


async def _sent(db: Db, owned: Sequence[Stream]) -> dict[Stream, int]:
    marked = {Stream(r["topic"], r["partition"]): r["sent_seq"] for r in await db.fetch(sql.streams)}
    return {stream: marked[stream] for stream in owned}


async def _read(settings: Settings, owned: Sequence[Stream]) -> dict[tuple[str, int], list[Seen]]:
    return await kafka.read_tails(settings, owned, TAIL, _seen)


async def compare(
    db: Db, settings: Settings, tails: Tails, positions: Iterable[PositionReported], restate: Restate
) -> None:
    """Compare every stream with the log's tail and with what readers reported.

    Log behind: go back and send again. Log or reader ahead: this database lost commits;
    begin a new epoch and raise an alarm with what was lost.
    """
    reported: dict[Stream, list[Seen]] = defaultdict(list)
    for each in positions:
        if each.mark > 0:
            reported[Stream(each.topic, each.partition)].append(Seen(each.epoch, each.mark, each.chain))
    for stream, sent_before in tails.sent_before.items():
        await _check_stream(db, settings, stream, sent_before, tails.logs[stream], reported[stream], restate)


def _seen(records: Sequence[Record]) -> list[Seen]:
    return [Seen(*place) for place in wire.places([record.value for record in records])]


async def _check_stream(
    db: Db,
    settings: Settings,
    stream: Stream,
    sent_before: int,
    log_tail: Sequence[Seen],
    reported: Sequence[Seen],
    restate: Restate,
) -> None:
    async with db.transaction():
        head = Head(*(await db.fetchrow(sql.lock_stream, *stream))[:3])  # type: ignore[index]
        known = await _chains(db, stream, head.epoch, [*log_tail, *reported])
        if is_ahead(head.epoch, known, [*log_tail, *reported]):
            await _begin_epoch(db, settings, stream, head, [*log_tail, *reported], restate)
            return
        top = log_top(head, log_tail)
        if top < min(sent_before, head.sent_seq):
            await db.execute(sql.go_back, *stream, head.epoch, top + 1)
            RELAY_BACK.labels(stream.topic).inc()
            log.warning("log_behind", topic=stream.topic, partition=stream.partition, sequence=top + 1)


async def _chains(db: Db, stream: Stream, epoch: int, seen: Iterable[Seen]) -> dict[int, str]:
    numbers = sorted({place.seq for place in seen if place.epoch == epoch})
    rows = await db.fetch(sql.chains, *stream, epoch, numbers)
    return {row["seq"]: row["chain"] for row in rows}


def is_ahead(epoch: int, known: dict[int, str], seen: Iterable[Seen]) -> bool:
    """Whether somebody has seen what this database does not know: a higher epoch, a number
    we do not have, or the same number with another chain. Lower epochs do not count."""
    return any(
        place.epoch > epoch or (place.epoch == epoch and known.get(place.seq) != place.chain)
        for place in seen
    )


def log_top(head: Head, log_tail: Sequence[Seen]) -> int:
    """The number up to which the log can be trusted to hold our epoch."""
    ours = [place.seq for place in log_tail if place.epoch == head.epoch]
    top = ours[-1] if ours else 0
    if log_tail and log_tail[-1].epoch < head.epoch:
        return min(top, max(head.sent_seq - 1, 0))
    return top


async def _begin_epoch(
    db: Db,
    settings: Settings,
    stream: Stream,
    head: Head,
    seen: Sequence[Seen],
    restate: Restate,
) -> None:
    """Under the stream's lock: an opening record, then every aggregate as it is now."""
    epoch = max(head.epoch, *(place.epoch for place in seen)) + 1
    await db.fetchval(sql.read_for_long)
    lost = await _lost(db, settings, stream)
    seq, chain = 0, ""
    async for columns in _told(stream, restate(db, stream)):
        rows = [row["id"] for row in await db.fetch(outbox.sql.append_numbered, *columns)]
        numbers, chains = list(range(seq + 1, seq + len(rows) + 1)), list(_chain(chain, columns[0]))
        await db.execute(sql.number_epoch, *stream, epoch, numbers, rows, chains)
        seq, chain = numbers[-1], chains[-1]
    await db.execute(sql.begin_epoch, *stream, epoch, seq, chain, WatermarkReached.type)
    await db.execute(sql.raise_alarm, *stream, epoch, orjson.dumps(lost).decode())
    EPOCHS.labels(stream.topic).inc()
    log.error(
        "new_epoch",
        topic=stream.topic,
        partition=stream.partition,
        epoch=epoch,
        lost=[event["id"] for event in lost],
    )


async def _told(stream: Stream, present: AsyncIterator[Event]) -> AsyncIterator[tuple[list[object], ...]]:
    """The opening record, then every aggregate, in bundles of the columns that the outbox takes."""
    yield _opening(stream)
    bundle: list[Event] = []
    async for event in present:
        bundle.append(event)
        if len(bundle) == AT_ONCE:
            yield outbox.columns(bundle)
            bundle = []
    if bundle:
        yield outbox.columns(bundle)


def _opening(stream: Stream) -> tuple[list[object], ...]:
    columns = outbox.columns([StreamOpened(version=1)])
    columns[1][0], columns[2][0] = stream
    return columns


def _chain(chain: str, ids: Iterable[object]) -> Iterable[str]:
    for event_id in ids:
        if isinstance(event_id, UUID):
            chain = streams.link(chain, event_id)
            yield chain


async def _lost(db: Db, settings: Settings, stream: Stream) -> list[dict[str, str]]:
    """What the log holds and this database never wrote: event id, type and subject."""
    lost: dict[UUID, dict[str, str]] = {}
    async for records in kafka.read_all(settings, stream):
        in_log = {r.id: r for r in kafka.readable(records)}
        unknown = await db.fetch(sql.unknown_ids, list(in_log), stream.topic)
        for r in (in_log[row["id"]] for row in unknown):
            lost[r.id] = {"id": str(r.id), "type": r.type, "subject": r.subject or ""}
    return list(lost.values())
