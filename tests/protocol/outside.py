"""What may happen to the world at any time: changes, crashes, restores, losses, repeats."""

from collections.abc import Iterator
from typing import Any

from tests.protocol import reading
from tests.protocol.world import Aggregate, Relay, Row, Rules, Step, World, put


def steps(world: World, rules: Rules) -> Iterator[Step]:
    """Everything that the budget still allows."""
    yield from _changes(world)
    yield from _restores(world)
    yield from _restores_of_reader(world, rules)
    yield from _harm_to_log(world)
    yield from _crashes(world, rules)


def _spent(world: World, what: str, **changes: Any) -> World:
    left = world.left._replace(**{what: getattr(world.left, what) - 1})
    return world._replace(left=left, **changes)


def _changes(world: World) -> Iterator[Step]:
    if not world.left.changes:
        return
    producer, id_ = world.producer, world.next_id
    for index, (version, _) in enumerate(producer.aggregates):
        after = Aggregate(version + 1, id_)
        changed = producer._replace(
            aggregates=put(producer.aggregates, index, after),
            waiting=(*producer.waiting, Row(id_, index, *after)),
        )
        yield (
            f"CHANGE {id_}: aggregate {index} becomes version {after.version}",
            _spent(world, "changes", producer=changed, next_id=id_ + 1),
        )


def _restores(world: World) -> Iterator[Step]:
    if world.left.backups:
        yield "BACKUP of the producer", _spent(world, "backups", backup=world.producer)
    if world.left.restores and world.backup and world.backup != world.producer:
        relays = tuple(relay._replace(connected=False) for relay in world.relays)
        yield "RESTORE of the producer", _spent(world, "restores", producer=world.backup, relays=relays)


def _restores_of_reader(world: World, rules: Rules) -> Iterator[Step]:
    """The reader is started again after a restore, and is not after a failover."""
    if world.left.reader_backups:
        yield "BACKUP of the reader", _spent(world, "reader_backups", reader_backup=world.inbox)
    backup = world.reader_backup
    if world.left.reader_restores and backup and backup != world.inbox:
        restored = _spent(world, "reader_restores", inbox=backup)
        yield "FAILOVER of the reader", restored
        yield "RESTORE of the reader", restored._replace(memory=reading.assigned(backup.place, rules))


def _harm_to_log(world: World) -> Iterator[Step]:
    if world.left.losses:
        for length in range(len(world.log)):
            yield (
                f"LOG keeps {length} of {len(world.log)} records",
                _spent(world, "losses", log=world.log[:length]),
            )
    if world.left.repeats:
        for record in dict.fromkeys(world.log):
            yield (
                f"LOG repeats {record.epoch}/{record.sequence}",
                _spent(world, "repeats", log=(*world.log, record)),
            )


def _crashes(world: World, rules: Rules) -> Iterator[Step]:
    if world.left.reader_crashes:
        memory = reading.assigned(world.inbox.place, rules)
        yield "CRASH of the reader", _spent(world, "reader_crashes", memory=memory)
    for me, relay in enumerate(world.relays):
        if world.left.relay_crashes and relay.phase != "down":
            yield f"CRASH of relay {me}", _spent(world.with_relay(me, Relay()), "relay_crashes")
    if world.left.second_relays and world.relays[1].phase == "down":
        yield "SECOND relay opens a session", _spent(world.with_relay(1, Relay("open")), "second_relays")
