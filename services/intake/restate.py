"""What intake says of its aggregates: domain objects as events, and all of them for a new epoch."""

from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from contracts.event import Event
from contracts.initiatives import InitiativeEvent, InitiativeRestated
from contracts.keys import KeyPublished
from contracts.participants import ParticipantEvent, ParticipantRestated, ParticipantStatus
from contracts.streams import partition_of
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Restate, Stream
from services.chassis.web.tokens import Signer
from services.intake.core.domain import Initiative, Participant, local
from services.intake.core.region import draw
from services.intake.initiatives.store import initiatives
from services.intake.participants.store import participants

AnInitiative = TypeVar("AnInitiative", bound=InitiativeEvent)
AParticipant = TypeVar("AParticipant", bound=ParticipantEvent)


def initiative_event(
    event: type[AnInitiative], initiative: Initiative, campaign: CampaignDefined, **more: object
) -> AnInitiative:
    """An event of an initiative as it is now."""
    return event.model_validate(
        {
            "id": initiative.id,
            "version": initiative.version,
            "number": initiative.number,
            "campaign": initiative.campaign,
            "municipality": initiative.municipality,
            "organization": initiative.organization,
            "direction": initiative.direction,
            "classifiers": initiative.classifiers,
            "participant": initiative.participant_id,
            "status": initiative.status,
            "submitted_at": local(initiative.submitted_at, campaign),
            **more,
        }
    )


def participant_event(
    event: type[AParticipant], participant: Participant, campaign: CampaignDefined
) -> AParticipant:
    """An event of a registered participant as they are now."""
    if participant.registered_at is None:
        raise ValueError("only registered participants are told of")
    return event(
        id=participant.id,
        version=participant.version,
        campaign=participant.campaign,
        municipality=participant.municipality,
        organization=participant.organization,
        classifiers=participant.classifiers,
        status=ParticipantStatus.REGISTERED,
        registered_at=local(participant.registered_at, campaign),
    )


def restate(signer: Signer) -> Restate:
    """The present state of every aggregate of a stream of intake's."""

    async def of_stream(db: Db, stream: Stream) -> AsyncIterator[Event]:
        if stream.topic == KeyPublished.topic:
            yield signer.published()
            return
        campaigns = (await draw(db)).campaigns
        if stream.topic == ParticipantEvent.topic:
            here = _here(await participants.tenants(db), stream)
            async for participant in participants.registered_of(db, here):
                yield participant_event(ParticipantRestated, participant, campaigns[participant.campaign])
            return
        here = _here(await initiatives.tenants(db), stream)
        async for initiative in initiatives.all_of(db, here):
            yield initiative_event(InitiativeRestated, initiative, campaigns[initiative.campaign])

    return of_stream


def _here(municipalities: Sequence[str], stream: Stream) -> list[str]:
    return [code for code in municipalities if partition_of(code) == stream.partition]
