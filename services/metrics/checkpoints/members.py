"""Who was a part of what, and since when: the structure as it is told, with the watermarks between."""

from collections.abc import Sequence

from contracts import structure
from contracts.event import Event, WatermarkReached
from contracts.structure import MunicipalityDefined, StructureEvent
from services.chassis.db.pool import Db
from services.chassis.streams import mirror
from services.chassis.streams.inbox import Reader, by_type
from services.chassis.streams.tail import Stream
from services.metrics.store import members

READER = "metrics.structure"


def reader() -> Reader:
    """A mirror of the structure that notes besides since when each municipality is of its SMO."""
    shapes = by_type((*structure.EVENTS, WatermarkReached))
    return Reader(READER, StructureEvent.topic, shapes, _keep, _forget)


async def _keep(db: Db, stream: Stream, events: Sequence[Event]) -> None:
    if told := [event for event in events if not isinstance(event, WatermarkReached)]:
        await mirror.keep(db, stream, told)
    # In their order: whoever is told of behind a watermark was not so before its moment.
    behind: list[MunicipalityDefined] = []
    for event in events:
        if isinstance(event, MunicipalityDefined):
            behind.append(event)
        elif isinstance(event, WatermarkReached):
            await _note(db, behind)
            await members.reach(db, event.moment)
            behind = []
    await _note(db, behind)


async def _note(db: Db, told: Sequence[MunicipalityDefined]) -> None:
    if told:
        await members.keep(db, told)


async def _forget(db: Db, stream: Stream) -> None:
    await mirror.forget(db, stream)
    await members.begin_anew(db)
