"""The line of subordination as a service knows it: the structure, working groups, who serves whom, by when
to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.appointments import (
    AppointmentEvent,
    RegulationDefined,
    ServingAgreed,
    ServingEnded,
    ServingEvent,
    Step,
    WorkingGroupDefined,
)
from contracts.event import REGION
from contracts.structure import CalendarDefined, CampaignDefined, StructureEvent
from services.chassis.db.pool import Db, Pool
from services.chassis.process.settings import Settings
from services.chassis.streams import mirror
from services.directory import region
from services.directory.calendar import Calendar
from services.directory.region import Picture
from services.directory.regulation import DEFAULT_MINUTES, DEFAULT_WEEK, Rule, promised
from services.directory.working_time import Schedule

APPOINTMENTS = (WorkingGroupDefined, RegulationDefined, ServingAgreed, ServingEnded)
"""What is mirrored of hierarchy's appointments; the grants have a reader of their own."""


@dataclass(frozen=True)
class Subordination:
    """What is known at one moment."""

    picture: Picture = field(default_factory=Picture)
    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    groups: Mapping[UUID, WorkingGroupDefined] = field(default_factory=dict)
    regulations: Sequence[RegulationDefined] = ()
    servings: Sequence[ServingEvent] = ()

    @property
    def campaign(self) -> CampaignDefined:
        """The open campaign. Raises NotFound."""
        return self.picture.open_campaign

    @property
    def zone(self) -> str:
        """The region's time zone: of the open campaign, of the last one between two, UTC before the first."""
        campaigns = sorted(self.picture.campaigns.values(), key=lambda each: (each.open, each.last_day))
        return campaigns[-1].time_zone if campaigns else "UTC"

    def rule(self, municipality: str, step: Step, at: datetime) -> Rule:
        """What the regulation in force at a moment says of a step. Raises NotFound without a campaign."""
        zone = self.campaign.time_zone
        found = promised(self.regulations, municipality, at.astimezone(ZoneInfo(zone)).date(), step)
        if found is None:
            return Rule(DEFAULT_MINUTES[step], Schedule.of(DEFAULT_WEEK, zone, self.calendars))
        version = found.version
        schedule = Schedule.of(version.week, version.time_zone, self.calendars)
        return Rule(found.minutes, schedule, version.municipality or REGION, version.number)

    def schedule_of(self, regulation_of: str, regulation: int, zone: str) -> Schedule:
        """The working time of the version under which something began."""
        for version in self.regulations:
            if (version.municipality or REGION, version.number) == (regulation_of, regulation):
                return Schedule.of(version.week, version.time_zone, self.calendars)
        return Schedule.of(DEFAULT_WEEK, zone, self.calendars)

    def server_of(self, municipality: str, at: datetime) -> str:
        """Whose people act for a municipality: its district's by agreement, or its own."""
        for serving in self.servings:
            agreed = serving.municipality == municipality and serving.from_at <= at
            if agreed and (serving.until_at is None or serving.until_at > at):
                return serving.served_by
        return municipality

    def groups_of(self, municipality: str) -> list[WorkingGroupDefined]:
        """The working groups of a municipality in the open campaign. Raises NotFound without one."""
        return list(self._groups.get(municipality, ()))

    @cached_property
    def _groups(self) -> Mapping[str, Sequence[WorkingGroupDefined]]:
        """Those of the open campaign, by municipality: they are asked for of each initiative of a list."""
        campaign, found = self.campaign.id, dict[str, list[WorkingGroupDefined]]()
        for group in self.groups.values():
            if group.campaign == campaign and not group.dissolved:
                found.setdefault(group.municipality, []).append(group)
        return found

    def group_for(
        self, municipality: str, direction: str | None, organization: UUID | None, at: datetime
    ) -> WorkingGroupDefined | None:
        """The working group that answers: the direction's, the organization's, else that for everything."""
        groups = self.groups_of(self.server_of(municipality, at))
        by_direction = (g for g in groups if direction in g.directions)
        by_organization = (g for g in groups if organization in g.organizations)
        by_everything = (g for g in groups if g.covers_all)
        for found in (*by_direction, *by_organization, *by_everything):
            return found
        return None


async def draw(db: Db) -> Subordination:
    """What the mirrors have now."""
    calendars = await mirror.all_of(db, StructureEvent.topic, [CalendarDefined])
    told = await mirror.all_of(db, AppointmentEvent.topic, APPOINTMENTS)
    return Subordination(
        picture=await region.draw(db),
        calendars={each.year: Calendar.of(each) for each in calendars if isinstance(each, CalendarDefined)},
        groups={each.id: each for each in told if isinstance(each, WorkingGroupDefined)},
        regulations=[each for each in told if isinstance(each, RegulationDefined)],
        servings=[each for each in told if isinstance(each, ServingEvent)],
    )


class Watched:
    """Whether what is known has changed: many appointments are read meanwhile that are not among it."""

    def __init__(self) -> None:
        self._appointments = mirror.Watched(AppointmentEvent.topic, APPOINTMENTS)

    async def state(self, db: Db) -> tuple[str, str]:
        """It changes whenever a mirror has said something else."""
        structure = await mirror.fingerprint(db, StructureEvent.topic)
        return structure, await self._appointments.content(db)


class Region:
    """Keeps what is known fresh: drawn anew whenever a mirror says that it changed."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings, self._pool = settings, pool
        self.known = Subordination()
        self._watched = Watched()
        self._drawn_of: tuple[str, str] | None = None

    @property
    def picture(self) -> Picture:
        """The structure alone."""
        return self.known.picture

    async def refresh(self) -> None:
        """Draw anew if a mirror has moved."""
        async with self._pool.acquire() as db:
            if (state := await self._watched.state(db)) != self._drawn_of:
                self.known, self._drawn_of = await draw(db), state

    async def run(self) -> None:
        """Keep it fresh until cancelled."""
        await region.keep_fresh(self._settings, self.refresh)
