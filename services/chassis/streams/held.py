"""Streams that stand: each before an event that cannot be sent, said once in a while and then tried again."""

import asyncio

import asyncpg
import structlog
from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError

from services.chassis.process.telemetry import HELD
from services.chassis.streams.tail import Stream

log = structlog.get_logger()

TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
"""What a producer or a broker says of a record or a batch above its limit."""

TRIED_AGAIN = 60.0
"""Seconds after which the event is tried, and reported, once more: the limit may have been raised."""


class Unsendable(Exception):
    """An event that no try would get into the log as things are. Its stream must wait: the next number
    may not go before it."""

    def __init__(self, row: asyncpg.Record, error: Exception) -> None:
        super().__init__(str(row["event_id"]))
        self.row, self.error = row, error


class Held:
    """The streams that stand, and until when."""

    def __init__(self) -> None:
        self._until: dict[Stream, float] = {}

    @property
    def streams(self) -> list[Stream]:
        """Those that are not to be tried now."""
        now = asyncio.get_running_loop().time()
        return [stream for stream, until in self._until.items() if until > now]

    def hold(self, stream: Stream, found: Unsendable) -> None:
        """Leave a stream alone for a while, and say where it stands."""
        self._until[stream] = asyncio.get_running_loop().time() + TRIED_AGAIN
        HELD.labels(*map(str, stream)).set(1)
        log.error(
            "event_cannot_be_sent",
            topic=stream.topic,
            partition=stream.partition,
            epoch=found.row["epoch"],
            sequence=found.row["seq"],
            type=found.row["type"],
            event_id=str(found.row["event_id"]),
            error=type(found.error).__name__,
        )

    def release(self, stream: Stream) -> None:
        """Some of the stream was sent."""
        if self._until.pop(stream, None) is not None:
            HELD.labels(*map(str, stream)).set(0)
