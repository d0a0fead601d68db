"""Repeat a parked record: applied in one transaction with the count that says so, as the inbox would have."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.db.set_aside import Entry, Kind
from services.chassis.errors import Conflict, NotFound
from services.chassis.streams import inbox, wire
from services.chassis.streams.inbox import Reader
from services.chassis.streams.tail import Stream
from services.chassis.streams.wire import Envelope, Unreadable

sql = queries.load(__package__, "replay.sql")


def kind(readers: Sequence[Reader]) -> Kind:
    """Parked records of these readers, as things set aside."""

    async def retry(db: Db, entry: Entry) -> bool:
        row = await db.fetchrow(sql.parked, int(entry.reference))
        if row is not None:
            await _replay(db, _reader(readers, row), int(entry.reference), row)
        # Gone: a rebuild has counted everything anew.
        return True

    return Kind(inbox.KIND, "Событие другой службы", retry)


def _reader(readers: Sequence[Reader], row: Any) -> Reader:
    for reader in readers:
        if (reader.name, reader.topic) == (row["reader"], row["topic"]):
            return reader
    raise NotFound("event-without-reader")


async def _replay(db: Db, reader: Reader, id_: int, row: Any) -> None:
    stream = Stream(row["topic"], row["partition"])
    # The inbox's row first, as whoever reads does: it says which epoch the stream is in, and keeps it there.
    place = await db.fetchrow(inbox.sql.lock, reader.name, *stream)
    if place is None or not await db.fetchval(sql.done, id_, datetime.now(UTC)):
        return
    (envelope,) = wire.decode([bytes(row["body"])], reader.form)
    if isinstance(envelope, Unreadable):
        raise Conflict("event-unreadable")
    here, there = (place["epoch"], place["mark"]), (envelope.epoch, envelope.sequence)
    if row["seq"] is None:
        # Its owner sends a number again that nobody could read, so it is applied or will be.
        if here < there:
            raise Conflict("event-awaited")
        return
    if envelope.epoch == place["epoch"]:
        await _apply(db, reader, stream, envelope)


async def _apply(db: Db, reader: Reader, stream: Stream, envelope: Envelope) -> None:
    """Late, but guarded as any: an older version of something never replaces a newer one."""
    events, _ = inbox.events_of(reader, [inbox.Next(None, envelope)])  # type: ignore[arg-type]
    if events:
        await reader.apply(db, stream, events)
    await db.execute(sql.count_as_applied, reader.name, *stream, envelope.epoch)
