"""Restating: everything that metrics has found and keeps, for a new epoch of its stream."""

from collections.abc import AsyncIterator

from contracts.event import Event
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Stream
from services.metrics.store import reports, results


async def restate(db: Db, _: Stream) -> AsyncIterator[Event]:
    """Every result with its correction, every warning and every answer, each as it was told last."""
    for result in await results.all_told(db):
        yield result
    for warning in await results.all_warnings(db):
        yield warning
    for taken in await results.all_taken(db):
        yield taken
    for figures in await reports.all_taken(db):
        yield figures
