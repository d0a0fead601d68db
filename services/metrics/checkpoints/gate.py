"""Whether a moment's figures are complete: how far the streams that they come from have been read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.appointments import AppointmentEvent
from contracts.counters import Mark
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.streams import partition_of
from contracts.structure import StructureEvent
from services.chassis.db.pool import Db
from services.chassis.streams import inbox
from services.chassis.streams.tail import Stream
from services.metrics.checkpoints import members, schedules
from services.metrics.events import rollup
from services.metrics.store import figures

READERS = (rollup.READER, schedules.READER, members.READER)
PLAN = frozenset({Stream(AppointmentEvent.topic, 0), Stream(StructureEvent.topic, 0)})
"""The streams that say which days count, what was wanted by then, and what is a part of what."""


def figures_of(codes: Iterable[str]) -> frozenset[Stream]:
    """The streams that tell all that is counted of some municipalities."""
    topics = (InitiativeEvent.topic, ParticipantEvent.topic)
    return frozenset(Stream(topic, partition_of(code)) for code in codes for topic in topics)


@dataclass(frozen=True)
class Gate:
    """How far the live readers are, and up to which moment their streams are complete."""

    watermarks: Mapping[Stream, datetime]
    marks: Mapping[Stream, tuple[int, int]]

    def behind(self, streams: Iterable[Stream], moment: datetime) -> set[Stream]:
        """Which of the streams have not been read past a moment."""
        return {each for each in streams if each not in self.watermarks or self.watermarks[each] < moment}

    def marks_of(self, streams: Iterable[Stream]) -> dict[str, Mark]:
        """How far these streams have been read, as results say it."""
        known = {stream: self.marks[stream] for stream in sorted(streams) if stream in self.marks}
        return {
            f"{stream.topic}/{stream.partition}": Mark(epoch=epoch, sequence=sequence)
            for stream, (epoch, sequence) in known.items()
            if epoch
        }


async def look(db: Db) -> Gate:
    """The gate as it is now, for this transaction."""
    marks: dict[Stream, tuple[int, int]] = {}
    for reader in READERS:
        marks |= await figures.marks(db, reader)
    return Gate(await inbox.watermarks(db, *READERS), marks)
