"""A mirror: the latest state of every aggregate of a topic that a service reads from another."""

from collections.abc import Sequence
from typing import TypeVar

from contracts.event import Event
from services.chassis.db import queries
from services.chassis.db.pool import Db, announce
from services.chassis.streams.inbox import Reader, by_type
from services.chassis.streams.tail import Stream

sql = queries.load(__package__, "mirror.sql")

CHANNEL = "mirror"

Mirrored = TypeVar("Mirrored", bound=Event)


def reader(name: str, topic: str, events: Sequence[type[Event]]) -> Reader:
    """A reader that keeps the latest state of each of the topic's aggregates."""
    return Reader(name, topic, by_type(events), keep, forget)


async def keep(db: Db, stream: Stream, events: Sequence[Event]) -> None:
    """Store each aggregate's latest state."""
    latest = {event.subject: event for event in sorted(events, key=lambda event: event.version)}
    rows = [
        (*stream, subject, event.type, event.version, event.model_dump_json())
        for subject, event in sorted(latest.items())
    ]
    await db.execute(sql.keep, *zip(*rows, strict=True))
    announce(db, CHANNEL)


async def forget(db: Db, stream: Stream) -> None:
    """Drop a stream's aggregates; a new epoch tells them again."""
    await db.execute(sql.forget, *stream)


async def all_of(db: Db, topic: str, events: Sequence[type[Event]]) -> list[Event]:
    """The present state of every aggregate of these types."""
    models = by_type(events)
    rows = await db.fetch(sql.of_topic, topic, list(models))
    return [models[row["type"]].model_validate_json(row["data"]) for row in rows]


async def one(db: Db, event: type[Mirrored], subject: str) -> Mirrored | None:
    """The present state of one aggregate, if it is known."""
    told = await db.fetchval(sql.one, event.topic, subject, event.type)
    return event.model_validate_json(told) if told else None


async def fingerprint(db: Db, topic: str) -> str:
    """A word that changes whenever the mirror of this topic may have: with every batch that is read."""
    return str(await db.fetchval(sql.fingerprint, topic))


class Watched:
    """Some types of a topic, for those who ask often whether they changed, while much else is read."""

    def __init__(self, topic: str, events: Sequence[type[Event]]) -> None:
        self._topic, self._types = topic, list(by_type(events))
        self._read, self._content = "", ""

    async def content(self, db: Db) -> str:
        """A word that changes whenever the states of these types do."""
        read = await fingerprint(db, self._topic)
        if read != self._read:
            self._content = str(await db.fetchval(sql.content, self._topic, self._types))
            self._read = read
        return self._content
