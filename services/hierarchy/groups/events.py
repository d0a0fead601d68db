"""Kafka: keep which municipalities have a hotline, and when it answers."""

from collections.abc import Sequence

from contracts.hotline import HotlineEvent, LineDefined
from services.chassis.db.pool import Db
from services.chassis.streams.inbox import Reader, by_type
from services.chassis.streams.tail import Stream
from services.hierarchy.groups.store import hotline_lines


async def keep(db: Db, _: Stream, events: Sequence[LineDefined]) -> None:
    """Keep the present state of each line."""
    await hotline_lines.keep(db, events)


async def forget(db: Db, stream: Stream) -> None:
    """Drop what this stream has told; a new epoch tells it again."""
    await hotline_lines.forget(db, stream.partition)


READERS = (Reader("hierarchy.lines", HotlineEvent.topic, by_type([LineDefined]), keep, forget),)
"""Of the hotline's topic, lines alone."""
