"""What a relay does next: look at the log, number, send, mark, go back, begin an epoch."""

from collections.abc import Iterable, Iterator
from functools import cache
from uuid import UUID

from contracts import streams
from services.chassis.streams import tail
from services.chassis.streams.tail import Head, Seen
from tests.protocol.world import OPENING, Producer, Record, Relay, Row, Rules, Step, World

BATCH = 2


def steps(world: World, me: int, rules: Rules) -> Iterator[Step]:
    """Every transaction, send or change of mind that relay `me` may come to next."""
    relay = world.relays[me]
    if relay.phase == "down":
        if me == 0:
            yield "relay 0 opens a session", _opened(world, 0)
    elif relay.phase == "holding":
        yield _send(world, me)
    elif not relay.connected:
        yield f"relay {me} finds its session broken", _reconnected(world, me, rules)
    elif relay.phase == "open":
        yield _look(world, me)
    elif relay.phase == "ready":
        yield from _lead(world, me, rules)
    elif not _is_locked(world, me):
        yield _commit(world, me, rules)


def _opened(world: World, me: int) -> World:
    return world.with_relay(me, Relay("open", heard=world.relays[me].heard))


def _reconnected(world: World, me: int, rules: Rules) -> World:
    if me == 0 and not rules.checks_every_session:
        return world.with_relay(me, Relay("ready", heard=world.relays[me].heard))
    return world.with_relay(me, world.relays[me].now("down"))


def _send(world: World, me: int) -> Step:
    """Needs no database: a relay that is no longer wanted can still do this."""
    relay = world.relays[me]
    done = relay._replace(phase="acknowledged", batch=relay.batch[-1:])
    said = ", ".join(f"{record.epoch}/{record.sequence}" for record in relay.batch)
    return f"relay {me} sends {said}", world.with_relay(me, done)._replace(log=world.log + relay.batch)


def _look(world: World, me: int) -> Step:
    looked = world.relays[me]._replace(phase="looked", sent_before=world.producer.sent, log=world.log)
    return f"relay {me} looks at the log's tail", world.with_relay(me, looked)


def _is_locked(world: World, me: int) -> bool:
    """Whether another relay holds the stream's row while it begins an epoch."""
    return any(
        other != me and relay.phase == "restating" and relay.connected
        for other, relay in enumerate(world.relays)
    )


def _lead(world: World, me: int, rules: Rules) -> Iterator[Step]:
    producer, relay = world.producer, world.relays[me]
    if batch := producer.numbered[producer.sent : producer.sent + BATCH]:
        yield f"relay {me} takes a batch", world.with_relay(me, relay._replace(phase="holding", batch=batch))
    if _is_locked(world, me):
        return
    if producer.waiting:
        yield f"relay {me} numbers", world._replace(producer=numbered(producer, producer.waiting))
    if world.missing:
        yield f"relay {me} answers that {world.missing} is missing", _gone_back(world, *world.missing)
    if relay.beside is not None:
        sent_before, log = relay.beside
        looked = relay._replace(phase="looked", sent_before=sent_before, log=log, beside=None)
        yield f"relay {me} has read the log's tail", world.with_relay(me, looked)
    elif rules.checks_periodically and _would_find(producer, world.log, relay.heard):
        reading = relay._replace(beside=(producer.sent, world.log))
        yield f"relay {me} begins to read the log's tail", world.with_relay(me, reading)


def _gone_back(world: World, epoch: int, sequence: int) -> World:
    producer = world.producer
    if epoch == producer.epoch and producer.sent >= sequence:
        producer = producer._replace(sent=sequence - 1)
    return world._replace(producer=producer, missing=None)


def _commit(world: World, me: int, rules: Rules) -> Step:
    phase = world.relays[me].phase
    if phase == "looked":
        return _decide(world, me, rules)
    return _begin_epoch(world, me, rules) if phase == "restating" else _mark(world, me)


def _decide(world: World, me: int, rules: Rules) -> Step:
    """The second half of the tail check, under the stream's lock."""
    producer, relay = world.producer, world.relays[me]
    if is_ahead(producer.epoch, producer.numbered, relay.log, relay.heard):
        seen = [producer.epoch, *(place.epoch for place in _seen(relay.log, relay.heard))]
        epoch = (max(seen) if rules.goes_above_all_seen else producer.epoch) + 1
        restating = relay.now("restating")._replace(epoch=epoch, states=producer.aggregates)
        said = f"relay {me} finds itself behind, reads states for epoch {epoch}"
        return said, world.with_relay(me, restating)
    world = world.with_relay(me, relay.now("ready"))
    top = log_top(producer.head, relay.log)
    if top < min(relay.sent_before, producer.sent):
        said = f"relay {me} finds the log behind, goes back to {top}"
        return said, world._replace(producer=producer._replace(sent=top))
    return f"relay {me} finds the log in order", world


def _begin_epoch(world: World, me: int, rules: Rules) -> Step:
    relay = world.relays[me]
    told = [(OPENING, 0, 0)] if rules.opens else []
    if rules.restates:
        told += [(i, *state) for i, state in enumerate(relay.states) if state.version]
    rows = [Row(world.next_id + n, *content) for n, content in enumerate(told)]
    begun = world.producer._replace(numbered=(), epoch=relay.epoch, sent=0)
    producer = numbered(begun, rows)._replace(waiting=begun.waiting)
    after = world._replace(producer=producer, next_id=world.next_id + len(rows))
    said = f"relay {me} begins epoch {relay.epoch} with {len(rows)} rows"
    return said, after.with_relay(me, relay.now("ready"))


def _mark(world: World, me: int) -> Step:
    producer, relay, last = world.producer, world.relays[me], world.relays[me].batch[-1]
    if last.epoch == producer.epoch:
        producer = producer._replace(sent=max(producer.sent, last.sequence))
    after = world._replace(producer=producer).with_relay(me, relay.now("ready"))
    return f"relay {me} marks {last.epoch}/{last.sequence}", after


def numbered(producer: Producer, rows: Iterable[Row]) -> Producer:
    """The database after `rows` got the next numbers."""
    records = list(producer.numbered)
    for row in rows:
        chain = link(records[-1].chain if records else "", row.id)
        records.append(Record(producer.epoch, len(records) + 1, chain, row))
    return producer._replace(waiting=(), numbered=tuple(records))


def _would_find(producer: Producer, log: tuple[Record, ...], heard: Seen | None) -> bool:
    """Whether a tail check now would change anything."""
    return is_ahead(producer.epoch, producer.numbered, log, heard) or (
        log_top(producer.head, log) < producer.sent
    )


def _seen(log: Iterable[Record], heard: Seen | None) -> list[Seen]:
    return [record.seen for record in log] + ([heard] if heard else [])


@cache
def link(previous: str, event_id: int) -> str:
    """The production chain over the model's ids."""
    return streams.link(previous, UUID(int=event_id))


@cache
def is_ahead(epoch: int, own: tuple[Record, ...], log: tuple[Record, ...], heard: Seen | None) -> bool:
    """The production decision, on the outbox's own rows, the log and a reader's report."""
    known = {record.sequence: record.chain for record in own}
    return tail.is_ahead(epoch, known, _seen(log, heard))


@cache
def log_top(head: Head, log: tuple[Record, ...]) -> int:
    """The production decision on the log."""
    return tail.log_top(head, [record.seen for record in log])
