"""Restating: the present state of every aggregate of the hotline, for a new epoch of its streams."""

from collections.abc import AsyncIterator

from contracts.event import Event
from contracts.streams import partition_of
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Stream
from services.hotline.inquiries.store import inquiries
from services.hotline.lines.store import lines


async def restate(db: Db, stream: Stream) -> AsyncIterator[Event]:
    """The present state of every aggregate of a stream of the hotline's: lines before what came by them."""
    of_lines = [code for code in await lines.tenants(db) if partition_of(code) == stream.partition]
    for line in await lines.some(db, of_lines):
        yield line.event()
    here = [code for code in await inquiries.tenants(db) if partition_of(code) == stream.partition]
    async for inquiry in inquiries.all_of(db, here):
        yield inquiry.restated()
