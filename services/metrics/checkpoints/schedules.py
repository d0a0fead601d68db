"""The schedules of checkpoints as they were told: every version, and what follows from them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from contracts.appointments import (
    PLANNED,
    AppointmentEvent,
    CheckpointsEvent,
    CheckpointsRecommended,
    CheckpointsScheduled,
    CoverageStated,
)
from contracts.event import Event
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.streams import mirror
from services.chassis.streams.inbox import Reader, by_type
from services.chassis.streams.tail import Stream
from services.directory.checkpoints import Member, Schedule, counting, counting_for, ended_at, of_campaign
from services.metrics.checkpoints.days import Checkpoint
from services.metrics.picture.structure import Structure
from services.metrics.store import members, results

READER = "metrics.coverage"
SCHEDULES = (CheckpointsScheduled, CheckpointsRecommended)
KEPT: Sequence[type[Event]] = (CoverageStated, *PLANNED)


def reader() -> Reader:
    """A mirror of coverage and plan, which keeps every version of a schedule besides."""
    # One mirror a topic: a new epoch empties all that the topic told.
    return Reader(READER, AppointmentEvent.topic, by_type(KEPT), _keep, mirror.forget)


async def _keep(db: Db, stream: Stream, events: Sequence[Event]) -> None:
    await mirror.keep(db, stream, events)
    if told := [event for event in events if isinstance(event, CheckpointsEvent)]:
        await results.keep_schedules(db, told)


@dataclass(frozen=True)
class Schedules:
    """The versions of every schedule that still stands, by its subject, the oldest first."""

    versions: dict[str, list[Schedule]] = field(default_factory=dict)
    known: dict[str, list[CheckpointsEvent]] = field(default_factory=dict)
    """Campaign → what stands."""
    members: dict[str, list[Member]] = field(default_factory=dict)
    """Municipality → of which SMO it was, one after the other."""

    def checkpoints(self, structure: Structure) -> list[Checkpoint]:
        """Every day that counts, of every municipality in every campaign, the first to end first."""
        found = (
            checkpoint
            for campaign in structure.campaigns.values()
            for checkpoint in self._of_campaign(campaign, structure)
        )
        return sorted(found, key=lambda each: (each.ended_at, each.campaign, each.municipality))

    def _of_campaign(self, campaign: CampaignDefined, structure: Structure) -> Iterable[Checkpoint]:
        zone, told = ZoneInfo(campaign.time_zone), self.known.get(campaign.id, [])
        own = {each.municipality: each for each in told if isinstance(each, CheckpointsScheduled)}
        smos = {each.smo: each for each in told if isinstance(each, CheckpointsRecommended)}
        recommended = {smo: self._of(each, campaign) for smo, each in smos.items()}
        of_smos = {smo: counting([], versions, zone) for smo, versions in recommended.items()}
        for code in structure.municipalities.keys() - structure.gone:
            was_of = self._was_of(code, campaign) or [Member(structure.smo_of(code) or "")]
            by_smo = of_smos
            if code in own:
                by_itself = self._of(own[code], campaign)
                by_smo = {m.smo: counting(by_itself, recommended.get(m.smo, []), zone) for m in was_of}
            for day, is_smos in counting_for(was_of, by_smo, zone).items():
                yield Checkpoint(campaign.id, code, day, ended_at(day, zone), is_smos)

    def _was_of(self, code: str, campaign: CampaignDefined) -> list[Member]:
        # A demonstration tells its past at once, its municipalities too.
        return [] if campaign.demonstration else self.members.get(code, [])

    def _of(self, told: CheckpointsEvent, campaign: CampaignDefined) -> list[Schedule]:
        """The versions up to the one that stands, without what is no day of the campaign."""
        known = [*self.versions.get(told.subject, []), Schedule(told.set_at, frozenset(told.days))]
        return of_campaign(known, campaign)


async def draw(db: Db) -> Schedules:
    """The schedules as the mirror and the versions before have them now."""
    states = await mirror.all_of(db, AppointmentEvent.topic, SCHEDULES)
    known: dict[str, list[CheckpointsEvent]] = defaultdict(list)
    versions: dict[str, list[Schedule]] = {}
    before = await results.schedules(db) if states else {}
    for state in states:
        if isinstance(state, CheckpointsEvent):
            known[state.campaign].append(state)
            told = before.get(state.subject, [])
            versions[state.subject] = [
                Schedule(at, days) for version, at, days in told if version < state.version
            ]
    was_of = await members.members(db) if states else {}
    of_smos = {code: [Member(*each) for each in told] for code, told in was_of.items()}
    return Schedules(versions, dict(known), of_smos)
