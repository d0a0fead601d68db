"""What one poll brings of several streams, applied by one statement where it is as expected: the records are
the next in order, readable and known. Whatever is not so goes its stream's own way, and so does everything
if the statement fails: nothing of it is kept then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.chassis.db.pool import Pool
from services.chassis.streams import inbox
from services.chassis.streams.inbox import Outcome, Place, Reader
from services.chassis.streams.kafka import Record
from services.chassis.streams.tail import Stream
from services.chassis.streams.wire import Envelope, Unreadable

AT_MOST = 500
"""Records of a poll that are taken together. What has piled up is taken by stream, several at once: there the
statements are few for what they bring, and one transaction would hold all streams."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a poll brings of one stream: the events behind the place where its reader was seen last."""

    stream: Stream
    before: Place
    outcome: Outcome
    events: Sequence[Any]


def parts_of(reader: Reader, polled: Mapping[Stream, tuple[Place, Sequence[Record]]]) -> list[Part]:
    """The streams of which all that was polled, since the place given, is as expected."""
    envelopes = iter(inbox.read(reader, [each for _, records in polled.values() for each in records]))
    found = []
    for stream, (place, records) in polled.items():
        part = _part(reader, stream, place, records, [next(envelopes) for _ in records])
        if part is not None:
            found.append(part)
    return found


def _part(
    reader: Reader,
    stream: Stream,
    place: Place,
    records: Sequence[Record],
    envelopes: Sequence[Envelope | Unreadable],
) -> Part | None:
    outcome, todo = inbox.in_order(place, records, envelopes)
    if len(todo) < len(records) or outcome.place.epoch != place.epoch:
        return None
    try:
        events, unknown = inbox.events_of(reader, todo)
        outcome.watermark = inbox.complete_until(reader, todo)
    except (ValueError, OverflowError):
        return None
    outcome.applied = len(todo)
    return None if unknown else Part(stream, place, outcome, events)


async def take(pool: Pool, reader: Reader, parts: Sequence[Part]) -> None:
    """Apply them, with the marks that say so. Raises whatever kept all of it from being done."""
    if reader.together is None:
        raise TypeError(f"{reader.name} takes each stream by itself")
    async with pool.acquire() as db:
        await reader.together(db, reader, parts)
        for part in parts:
            inbox.tell(db, reader, part.stream, part.before, part.outcome)


def moves(reader: Reader, parts: Sequence[Part]) -> tuple[object, ...]:
    """The marks' way as the function `inbox_move` takes it."""
    return (
        reader.name,
        reader.topic,
        [part.stream.partition for part in parts],
        [part.before.epoch for part in parts],
        [part.before.mark for part in parts],
        [part.before.chain for part in parts],
        [part.outcome.place.mark for part in parts],
        [part.outcome.place.chain for part in parts],
        [part.outcome.place.next_offset for part in parts],
        [part.outcome.watermark for part in parts],
    )
