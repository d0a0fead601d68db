"""Taking a batch of one stream: quickly, or strictly, or by record to find the one that is to blame."""

from collections.abc import Sequence

import structlog

from services.chassis.db.away import PASSING
from services.chassis.db.pool import Pool
from services.chassis.streams import inbox
from services.chassis.streams.inbox import Misplaced, Outcome, Reader, Until
from services.chassis.streams.kafka import Record
from services.chassis.streams.tail import Stream

log = structlog.get_logger()

WAYS = (inbox.take_quickly, inbox.take, inbox.take_carefully)
"""Each is tried in a transaction of its own if the one before failed for a reason that does not pass."""


async def take(
    pool: Pool, reader: Reader, stream: Stream, records: Sequence[Record], until: Until = None
) -> Outcome:
    """What became of the batch. Raises what passes, and whatever is no single record's fault."""
    for way in WAYS if reader.quick else WAYS[1:]:
        try:
            async with pool.acquire() as db, db.transaction():
                return await way(db, reader, stream, records, until)
        except (*PASSING, Misplaced):
            raise
        except Exception as error:
            if way is WAYS[-1]:
                raise
            log.warning(
                "batch_taken_apart",
                reader=reader.name,
                partition=stream.partition,
                reason=inbox.reason_of(error)[:500],
            )
    raise AssertionError("unreachable")
