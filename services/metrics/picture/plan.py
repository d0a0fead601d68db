"""The plan beside the figures in memory: what is wanted, and the way that leads there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from contracts.appointments import TargetSet
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.streams import mirror
from services.metrics.domain import COUNTERS
from services.metrics.picture.structure import Structure
from services.metrics.plan import forecast, way
from services.metrics.plan.forecast import Outlook
from services.metrics.plan.targets import Goal, Targets, in_force
from services.metrics.plan.way import Way
from services.metrics.store import figures as store


@dataclass(frozen=True)
class Plan:
    """The targets in force, and how they are to be reached day by day."""

    targets: Targets = field(default_factory=Targets)
    ways: Mapping[str, Way] = field(default_factory=dict)
    """Counter → the way to its target; empty while a calendar of the campaign's years is unknown."""
    like: str | None = None
    """The name of the past campaign whose course the ways follow; None: they go by working days."""

    wanting: bool = False
    """Whether they are to follow a campaign's course of which there are no figures."""
    _goals: dict[str | frozenset[str], Goal | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def way_name(self) -> str | None:
        """How the ways go, in words; None without any."""
        if not self.ways:
            return None
        return f"по ходу марафона «{self.like}»" if self.like else WORKING_DAYS

    def goal(self, codes: str | Collection[str]) -> Goal | None:
        """What one municipality wants by its own target, or what some want together."""
        key = codes if isinstance(codes, str) else frozenset(codes)
        if key not in self._goals:
            self._goals[key] = self.targets.of(key) if isinstance(key, str) else self.targets.together(key)
        return self._goals[key]

    def outlook(self, structure: Structure, counter: str, today: date) -> Outlook | None:
        """What a day knows of the days that are left; None without a campaign or its calendar."""
        if (campaign := structure.campaign) is None:
            return None
        if self.like and counter in self.ways:
            return forecast.by_shape(self.ways[counter], today)
        try:
            return forecast.by_working_days(campaign.first_day, campaign.last_day, today, structure.calendars)
        except KeyError:
            return None

    def of(self, structure: Structure) -> "Plan":
        """The same for the municipalities of a structure alone."""
        parents = parents_of(structure)
        known = {code: target for code, target in self.targets.known.items() if code in parents}
        above = self.targets.over(parents)
        return replace(self, targets=Targets(known, parents, structure.gone, above))


WORKING_DAYS = "по рабочим дням производственного календаря"


def parents_of(structure: Structure) -> dict[str, str | None]:
    """What each municipality is a part of: its district, or whoever took over from it."""
    return {code: municipality.parent for code, municipality in structure.municipalities.items()}


async def versions(db: Db) -> list[TargetSet]:
    """Every version of every target that the mirror knows."""
    told = await mirror.all_of(db, TargetSet.topic, [TargetSet])
    return [event for event in told if isinstance(event, TargetSet)]


def targets_of(
    structure: Structure, told: Iterable[TargetSet], campaign: str, before: datetime | None = None
) -> Targets:
    """A campaign's targets that were in force at a moment (by default now); what is a part of what, as it is
    now."""
    parents = parents_of(structure)
    known = in_force((target for target in told if target.municipality in parents), campaign, before)
    return Targets(known, parents, structure.gone)


async def draw(db: Db, structure: Structure) -> Plan:
    """The plan of the campaign that is shown, as the mirror has it now."""
    campaign = structure.campaign
    return await of_campaign(db, structure, campaign) if campaign else Plan()


async def of_campaign(
    db: Db, structure: Structure, campaign: CampaignDefined, before: datetime | None = None
) -> Plan:
    """A campaign's plan, with the targets that were in force at a moment; by default now."""
    targets = targets_of(structure, await versions(db), campaign.id, before)
    past = structure.campaigns.get(campaign.plan.pace)
    if past and past.id != campaign.id and (ways := await _like(db, campaign, past)):
        return Plan(targets, ways, past.name)
    return Plan(targets, _by_working_days(campaign, structure), wanting=past is not None)


async def _like(db: Db, campaign: CampaignDefined, past: CampaignDefined) -> dict[str, Way] | None:
    """The ways by the course of a past campaign; None if it has no figures of a counter."""
    days = await store.by_day(db, past.id)
    when, then = (campaign.first_day, campaign.last_day), (past.first_day, past.last_day)
    try:
        return {counter: way.by_shape(*when, days.get(counter, {}), *then) for counter in COUNTERS}
    except ValueError:
        return None


def _by_working_days(campaign: CampaignDefined, structure: Structure) -> dict[str, Way]:
    """None while a year is unknown: then nothing is expected, and everything else goes on."""
    try:
        found = way.by_working_days(campaign.first_day, campaign.last_day, structure.calendars)
    except KeyError:
        return {}
    return dict.fromkeys(COUNTERS, found)
