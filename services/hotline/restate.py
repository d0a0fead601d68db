"""Restating: the present state of every aggregate of the hotline, for a new epoch of its streams."""

from collections.abc import AsyncIterator

from contracts.event import REGION, Event
from contracts.streams import partition_of
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Stream
from services.hotline.consultations.store import consultations
from services.hotline.core.store import themes
from services.hotline.inquiries.store import inquiries
from services.hotline.lines.store import lines


async def restate(db: Db, stream: Stream) -> AsyncIterator[Event]:
    """The present state of every aggregate of a stream of the hotline's: themes and lines before what came
    by them."""
    for theme in await themes.every(db) if stream.partition == partition_of(REGION) else []:
        if theme.version:
            yield theme.event()
    for line in await lines.some(db, _here(stream, await lines.tenants(db))):
        yield line.event()
    async for inquiry in inquiries.all_of(db, _here(stream, await inquiries.tenants(db))):
        yield inquiry.restated()
    async for consultation in consultations.all_of(db, _here(stream, await consultations.tenants(db))):
        yield consultation.restated()


def _here(stream: Stream, municipalities: list[str]) -> list[str]:
    return [code for code in municipalities if partition_of(code) == stream.partition]
