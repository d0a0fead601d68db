"""What the reader does next: take a batch, look for what is missing, report."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from uuid import UUID

from aiokafka import ConsumerRecord

from services.chassis.streams import inbox as production
from services.chassis.streams.inbox import Place
from services.chassis.streams.kafka import Record as LogRecord
from services.chassis.streams.partition import BACK_AT_OFFSET, FROM_BEGINNING, GAP_SEEN, NORMAL
from services.chassis.streams.tail import Seen
from services.chassis.streams.wire import Envelope
from tests.protocol import relaying
from tests.protocol.world import (
    OPENING,
    Aggregate,
    Inbox,
    Memory,
    Record,
    Row,
    Rules,
    Step,
    World,
    put,
)


class Taken(NamedTuple):
    """What the production code makes of a batch."""

    place: Place
    rows: tuple[Row, ...]
    reset: bool
    gap: tuple[int, int] | None
    offsets_at_mark: tuple[int, ...]

    @property
    def tells_news(self) -> bool:
        """Whether a reader learns anything from it."""
        return bool(self.rows or self.gap)

    def tells_more_than(self, gap: tuple[int, int]) -> bool:
        """Whether a reader that misses this number learns anything else."""
        return bool(self.rows) or self.gap not in (None, gap)


def assigned(place: Place, rules: Rules) -> Memory:
    """A reader's memory when it gets the partition: it looks for the record at its mark."""
    return _looking(Memory(place), rules)


def steps(world: World, rules: Rules) -> Iterator[Step]:
    """Every transaction, search or message that the reader may come to next."""
    memory, end = world.memory, len(world.log)
    if memory.position < end:
        yield from _take(world, rules)
    else:
        yield from _rest(world, rules)
        yield from _look_back(world, rules)
    if rules.reports:
        yield from _report(world)


def _take(world: World, rules: Rules) -> Iterator[Step]:
    """Take all that is there, or only as much as moves the mark."""
    position = world.memory.position
    records = world.log[position:]
    yield _taken(world, records, rules)
    least = least_that_moves(world.inbox.place, position, records)
    if least < len(records):
        yield _taken(world, records[:least], rules)


def _taken(world: World, records: tuple[Record, ...], rules: Rules) -> Step:
    taken = take(world.inbox.place, world.memory.position, records)
    inbox, broken = _applied(world.inbox, taken, rules)
    memory = _learn(world.memory, taken, world.memory.position + len(records))
    said = "begins anew with" if taken.reset else "applies"
    ids = ", ".join(str(row.id) for row in taken.rows) or "nothing"
    return f"reader takes {len(records)} records, {said} {ids}", world._replace(
        inbox=inbox, memory=memory, broken=broken
    )


def _applied(inbox: Inbox, taken: Taken, rules: Rules) -> tuple[Inbox, str]:
    if taken.reset:
        inbox = Inbox((Aggregate(),) * len(inbox.projection))
    broken, applied = "", inbox.applied
    projection, counters = inbox.projection, list(inbox.counters)
    for event_id, aggregate, version, state in taken.rows:
        broken = "an event was applied twice" if event_id in applied else broken
        applied |= {event_id}
        if aggregate == OPENING:
            continue
        before = projection[aggregate]
        if version > before.version or not rules.guards_versions:
            broken = "a version went back" if version < before.version else broken
            counters[state % 2] += 1
            if before.version:
                counters[before.state % 2] -= 1
            projection = put(projection, aggregate, Aggregate(version, state))
    return Inbox(projection, (counters[0], counters[1]), taken.place, applied), broken


def _learn(memory: Memory, taken: Taken, position: int) -> Memory:
    """As `Reading._learn`."""
    looking_at, seeking, gap = memory.looking_at, memory.seeking, memory.gap
    if taken.rows or looking_at in taken.offsets_at_mark:
        looking_at = None
    if taken.rows:
        seeking, gap = NORMAL, None
    if taken.gap:
        seeking, gap = max(seeking, GAP_SEEN), taken.gap
    return Memory(taken.place, position, looking_at, seeking, gap)


def _rest(world: World, rules: Rules) -> Iterator[Step]:
    """As `Reading._rest`; a request in vain is left out."""
    memory, end = world.memory, len(world.log)
    from_beginning = memory._replace(position=0, looking_at=None, seeking=FROM_BEGINNING)
    if memory.position > end:
        yield "reader's consumer starts over", world._replace(memory=memory._replace(position=0))
    if memory.looking_at is not None or memory.position > end:
        yield "reader misses its mark, seeks the beginning", world._replace(memory=from_beginning)
    elif memory.seeking == GAP_SEEN:
        back = memory._replace(seeking=BACK_AT_OFFSET, position=min(memory.place.next_offset, end))
        yield "reader seeks its offset", world._replace(memory=back)
    elif memory.seeking == BACK_AT_OFFSET:
        yield "reader seeks the beginning", world._replace(memory=from_beginning)
    elif memory.gap and memory.gap != world.missing and rules.asks and _would_help(world, *memory.gap):
        yield f"reader asks for {memory.gap}", world._replace(missing=memory.gap)
    elif (
        memory.gap and rules.reads_again and take(world.inbox.place, 0, world.log).tells_more_than(memory.gap)
    ):
        yield "reader asked in vain, reads the log again", world._replace(memory=from_beginning)


def _would_help(world: World, epoch: int, sequence: int) -> bool:
    """Whether the relay would send the number again, and that is not again the same in vain."""
    producer = world.producer
    if epoch != producer.epoch or sequence > producer.sent:
        return False
    record = producer.numbered[sequence - 1]
    return record not in world.log or bool(take(world.inbox.place, len(world.log), (record,)).rows)


def _look_back(world: World, rules: Rules) -> Iterator[Step]:
    """As `Reading._tend_partition` at rest; a look that would change nothing is left out."""
    memory = world.memory
    if memory.gap or memory.looking_at is not None or not memory.place.mark or not rules.looks_back:
        return
    if _would_learn(world):
        yield "reader looks at its mark", world._replace(memory=_looking(memory, rules))


def _looking(memory: Memory, rules: Rules) -> Memory:
    """As `Reading._look_at_mark`."""
    place = memory.place
    if not rules.looks_back:
        return memory._replace(position=place.next_offset)
    looking_at = place.next_offset - 1 if place.mark else None
    return memory._replace(looking_at=looking_at, position=max(place.next_offset - 1, 0))


def _would_learn(world: World) -> bool:
    place, log, at = world.inbox.place, world.log, world.memory.place.next_offset - 1
    if not log:
        return False
    if world.memory.place != place:
        return True
    ahead = take(place, at, log[at:])
    if at in ahead.offsets_at_mark:
        return ahead.tells_news
    whole = take(place, 0, log)
    return whole.tells_news or whole.place != place or world.memory.seeking < FROM_BEGINNING


def _report(world: World) -> Iterator[Step]:
    """A report that agrees with the producer changes nothing and is left out."""
    seen = Seen(*world.memory.place[:3])
    listening = [relay.phase != "down" for relay in world.relays]
    if not seen.seq or all(r.heard == seen for r, up in zip(world.relays, listening, strict=True) if up):
        return
    if relaying.is_ahead(world.producer.epoch, world.producer.numbered, (), seen):
        relays = (
            relay._replace(heard=seen) if up else relay
            for relay, up in zip(world.relays, listening, strict=True)
        )
        yield f"reader reports {seen.epoch}/{seen.seq}", world._replace(relays=tuple(relays))


@cache
def take(place: Place, position: int, records: tuple[Record, ...]) -> Taken:
    """The production decision on the log's records from `position` on."""
    batch = [_log_record(position + n) for n in range(len(records))]
    outcome, todo = production.in_order(place, batch, [_envelope(record) for record in records])
    rows = tuple(records[item.record.offset - position].row for item in todo)
    after = outcome.place if todo else production.replace_offset(place, outcome.offsets_at_mark)
    return Taken(after, rows, outcome.reset, outcome.gap, tuple(outcome.offsets_at_mark))


@cache
def least_that_moves(place: Place, position: int, records: tuple[Record, ...]) -> int:
    """How many of the records it takes to move the mark; all, if nothing does."""
    counts = range(1, len(records))
    return next((n for n in counts if take(place, position, records[:n]).rows), len(records))


@cache
def _log_record(offset: int) -> LogRecord:
    return ConsumerRecord("stream", 0, offset, 0, 0, None, None, None, 0, 0, ())


@cache
def _envelope(record: Record) -> Envelope:
    return Envelope(
        id=UUID(int=record.row.id),
        type="changed",
        epoch=record.epoch,
        sequence=record.sequence,
        chain=record.chain,
        data={},
    )
