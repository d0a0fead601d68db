"""Kafka: hand what metrics has found to the rooms that keep it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from contracts import results
from contracts.results import ResultEvent
from services.chassis.db.pool import Db
from services.chassis.streams.inbox import Reader, by_type
from services.chassis.streams.tail import Stream
from services.hierarchy.checkpoints import events as checkpoints
from services.hierarchy.meetings import events as meetings
from services.hierarchy.reports import events as reports


@dataclass(frozen=True, slots=True)
class Taker:
    """A room that keeps results: of which types, how it takes them in order, how it forgets what metrics
    tells again in a new epoch."""

    events: Sequence[type[ResultEvent]]
    take: Callable[[Db, Sequence[Any]], Awaitable[None]]
    forget: Callable[[Db], Awaitable[None]]


TAKERS: Sequence[Taker] = (
    Taker(checkpoints.EVENTS, checkpoints.take, checkpoints.forget),
    Taker(meetings.EVENTS, meetings.take, meetings.forget),
    Taker(reports.EVENTS, reports.take, reports.forget),
)


async def apply(db: Db, _: Stream, events: Sequence[ResultEvent]) -> None:
    """Each room takes what is of its types."""
    for taker in TAKERS:
        if taken := [event for event in events if isinstance(event, tuple(taker.events))]:
            await taker.take(db, taken)


async def drop(db: Db, _: Stream) -> None:
    """Each room forgets what a new epoch tells again; what people wrote and what was sent stays."""
    for taker in TAKERS:
        await taker.forget(db)


READERS = (Reader("hierarchy.results", ResultEvent.topic, by_type(results.EVENTS), apply, drop),)
