"""Restating: the present state of every aggregate of intake's, for a new epoch of its streams."""

from collections.abc import AsyncIterator, Sequence

from contracts.event import Event
from contracts.help import HelpEvent, HelpRestated
from contracts.initiatives import InitiativeRestated
from contracts.keys import KeyPublished
from contracts.participants import ParticipantEvent
from contracts.reported import ReportedFigures
from contracts.streams import partition_of
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Restate, Stream
from services.chassis.web.tokens import Signer
from services.directory.region import campaigns
from services.intake.federal.store import reported
from services.intake.help.store import requests
from services.intake.initiatives.store import initiatives
from services.intake.participants.store import participants


def restate(signer: Signer) -> Restate:
    """The present state of every aggregate of a stream of intake's."""

    async def of_stream(db: Db, stream: Stream) -> AsyncIterator[Event]:
        if stream.topic == KeyPublished.topic:
            yield signer.published()
            return
        # All of the region is not drawn: a new epoch of every stream would draw it fifty times.
        known = await campaigns(db)
        if stream.topic == ParticipantEvent.topic:
            here = _here(await participants.tenants(db), stream)
            async for participant in participants.registered_of(db, here):
                yield participant.restated(known[participant.campaign])
            return
        if stream.topic == ReportedFigures.topic:
            for standing in await reported.standing(db):
                yield standing.event(known[standing.campaign])
            return
        if stream.topic == HelpEvent.topic:
            asked = requests.all_of(db, _here(await requests.tenants(db), stream))
            async for request in asked:
                yield request.event(HelpRestated, known[request.campaign])
            return
        here = _here(await initiatives.tenants(db), stream)
        async for initiative in initiatives.all_of(db, here):
            yield initiative.event(InitiativeRestated, known[initiative.campaign])

    return of_stream


def _here(municipalities: Sequence[str], stream: Stream) -> list[str]:
    return [code for code in municipalities if partition_of(code) == stream.partition]
