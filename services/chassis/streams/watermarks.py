"""Watermarks: a relay states up to which moment its streams are complete, by an event in each of them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from contracts.event import WatermarkReached
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.process.settings import Settings
from services.chassis.streams import outbox
from services.chassis.streams.tail import Stream

sql = queries.load(__package__, "relay.sql")


def due(now: datetime, settings: Settings) -> datetime:
    """The latest moment that can be stated: the last full hour, once whatever happened before it is committed
    or never will be."""
    settled = now.timestamp() - settings.watermark_settling
    return datetime.fromtimestamp(settled - settled % settings.watermark_interval, UTC)


async def state(db: Db, streams: Sequence[Stream], moment: datetime) -> int:
    """State a moment in every stream that has not stated it; in how many that was.

    Outbox ids grow, and the rows of whatever was committed before are there: theirs are lower, so their
    numbers are.
    """
    async with db.transaction():
        where = [s.topic for s in streams], [s.partition for s in streams]
        rows = await db.fetch(sql.reach_watermark, moment, *where)
        if rows:
            await db.fetch(outbox.sql.append, *_columns([Stream(*row) for row in rows], moment))
    return len(rows)


def _columns(streams: Sequence[Stream], moment: datetime) -> tuple[list[object], ...]:
    """Like an opening record, a watermark is of any topic: where it goes is the stream's to say."""
    columns = outbox.columns([WatermarkReached(version=1, moment=moment)] * len(streams))
    columns[1][:], columns[2][:] = [s.topic for s in streams], [s.partition for s in streams]
    return columns
