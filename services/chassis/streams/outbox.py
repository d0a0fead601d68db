"""The outbox: events commit with the change they describe; the relay numbers and sends them later."""

from collections.abc import Sequence
from datetime import UTC, datetime

import uuid_utils.compat

from contracts.event import Event
from services.chassis.db import queries
from services.chassis.db.pool import Db, announce
from services.chassis.errors import TooLarge
from services.chassis.process import logs

sql = queries.load(__package__, "outbox.sql")

CHANNEL = "outbox"

LARGEST = 1_000_000
"""Bytes of an event's data; with its envelope it fits into a broker's message of 1 MiB."""


async def publish(db: Db, *events: Event) -> None:
    """Write events to the outbox. Call inside the transaction that made them true.

    Raises TooLarge.
    """
    told = leaving(db, events)
    if events:
        await db.fetch(sql.append, *told)


def leaving(db: Db, events: Sequence[Event]) -> tuple[list[object], ...]:
    """The events as the function `outbox_append` takes them, announced: for a statement of this transaction
    that writes them with the change they describe.

    Raises TooLarge for one that no broker would take: its stream would stand before it for ever.
    """
    if not db.is_in_transaction():
        raise RuntimeError("an event may only leave with the change it describes")
    told = columns(events)
    if any(len(str(data).encode()) > LARGEST for data in told[-1]):
        raise TooLarge("event-too-large")
    if events:
        announce(db, CHANNEL)
    return told


def columns(events: Sequence[Event]) -> tuple[list[object], ...]:
    """The events as the columns that the outbox takes, one list each."""
    now, correlation = datetime.now(UTC), logs.correlation_id.get()
    return (
        [uuid_utils.compat.uuid7() for _ in events],
        [event.topic for event in events],
        [event.partition for event in events],
        [event.type for event in events],
        [event.subject or None for event in events],
        [event.partition_key for event in events],
        [now] * len(events),
        [correlation] * len(events),
        [event.model_dump_json() for event in events],
    )
