"""The world of the model: two databases, a log, what processes remember, and what may still go wrong."""

from typing import Literal, NamedTuple, TypeAlias, TypeVar

from services.chassis.streams.inbox import Place
from services.chassis.streams.partition import NORMAL
from services.chassis.streams.tail import Head, Seen

OPENING = -1
"""Stands for an aggregate in the row that opens a stream."""

Item = TypeVar("Item")
Phase: TypeAlias = Literal["down", "open", "looked", "restating", "ready", "holding", "acknowledged"]


class Rules(NamedTuple):
    """The rules of the protocol that the model itself keeps; the others live in production functions."""

    reports: bool = True
    looks_back: bool = True
    opens: bool = True
    restates: bool = True
    goes_above_all_seen: bool = True
    guards_versions: bool = True
    checks_every_session: bool = True
    checks_periodically: bool = True
    asks: bool = True
    reads_again: bool = True


class Aggregate(NamedTuple):
    """Something that is counted, by the parity of its state. Version 0: not there yet."""

    version: int = 0
    state: int = 0


class Row(NamedTuple):
    """An outbox row: the event's id and what it tells of an aggregate."""

    id: int
    aggregate: int
    version: int = 0
    state: int = 0


class Record(NamedTuple):
    """A row with its number, in the outbox and in the log."""

    epoch: int
    sequence: int
    chain: str
    row: Row

    @property
    def seen(self) -> Seen:
        """What the record says to whoever compares."""
        return Seen(self.epoch, self.sequence, self.chain)


class Producer(NamedTuple):
    """The owner's database; of the numbered rows those of the present epoch."""

    aggregates: tuple[Aggregate, ...]
    waiting: tuple[Row, ...] = ()
    numbered: tuple[Record, ...] = ()
    epoch: int = 1
    sent: int = 0

    @property
    def head(self) -> Head:
        """The stream's row."""
        return Head(self.epoch, len(self.numbered), self.sent)


class Relay(NamedTuple):
    """A relay's process between two transactions. `connected`: its session's database is still there."""

    phase: Phase = "down"
    connected: bool = True
    heard: Seen | None = None
    sent_before: int = 0
    log: tuple[Record, ...] = ()
    epoch: int = 0
    states: tuple[Aggregate, ...] = ()
    batch: tuple[Record, ...] = ()
    beside: tuple[int, tuple[Record, ...]] | None = None
    """The log's tail that is read while it goes on, and up to which number it had sent before that."""

    def now(self, phase: Phase) -> "Relay":
        """The same process in another phase, with nothing else in hand but a tail that is read beside it."""
        beside = None if phase == "down" else self.beside
        return Relay(phase, self.connected, self.heard, beside=beside)


class Inbox(NamedTuple):
    """The reader's database: what it made of the events, how far it is, and which events it has applied."""

    projection: tuple[Aggregate, ...]
    counters: tuple[int, int] = (0, 0)
    place: Place = Place(0, 0, "", 0)
    applied: frozenset[int] = frozenset()


class Memory(NamedTuple):
    """What the reader's process remembers of the partition."""

    place: Place
    position: int = 0
    looking_at: int | None = None
    seeking: int = NORMAL
    gap: tuple[int, int] | None = None


class Budget(NamedTuple):
    """How often each thing may still happen from outside."""

    changes: int = 0
    backups: int = 0
    restores: int = 0
    reader_backups: int = 0
    reader_restores: int = 0
    losses: int = 0
    repeats: int = 0
    relay_crashes: int = 0
    second_relays: int = 0
    reader_crashes: int = 0


class World(NamedTuple):
    """A state of everything. `broken` names the promise that the last step broke."""

    producer: Producer
    relays: tuple[Relay, ...]
    inbox: Inbox
    memory: Memory
    left: Budget
    log: tuple[Record, ...] = ()
    missing: tuple[int, int] | None = None
    backup: Producer | None = None
    reader_backup: Inbox | None = None
    next_id: int = 1
    broken: str = ""

    def with_relay(self, me: int, relay: Relay) -> "World":
        """The same world but for one relay."""
        return self._replace(relays=put(self.relays, me, relay))


Step: TypeAlias = tuple[str, World]
"""What happens, and the world after it."""


def put(items: tuple[Item, ...], index: int, item: Item) -> tuple[Item, ...]:
    """The same items but for one."""
    return (*items[:index], item, *items[index + 1 :])


def recount(aggregates: tuple[Aggregate, ...]) -> tuple[int, int]:
    """How many aggregates have an even state, and how many an odd one."""
    odd = [state % 2 for version, state in aggregates if version]
    return odd.count(0), odd.count(1)


def beginning(aggregates: int, budget: Budget) -> World:
    """Nothing has happened yet. If there will be no backup, there is one from before."""
    nothing = (Aggregate(),) * aggregates
    relays = (Relay(),) * (2 if budget.second_relays else 1)
    producer, inbox = Producer(nothing), Inbox(nothing)
    backup = producer if budget.restores and not budget.backups else None
    return World(producer, relays, inbox, Memory(inbox.place), budget, backup=backup)
