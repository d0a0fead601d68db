"""Contacts of participants, the nearest first, each with what is open now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.calendar import Calendar
from services.directory.hours import Opening, Week, in_words, opening, spoken_week
from services.hierarchy.appointments.store import appointments
from services.hierarchy.appointments.store.appointments import Contact
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.reached import Reached
from services.hierarchy.core.domain.roles import PUBLISHED
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.groups.store import groups, hotline_lines
from services.hierarchy.groups.store.hotline_lines import HotlineLine
from services.hierarchy.territory.store import calendars, municipalities, organizations


@dataclass(frozen=True, slots=True)
class Clock:
    """By what it is told whether somebody answers at a moment: the region's zone and its calendars."""

    zone: str
    calendars: dict[int, Calendar]
    now: datetime

    def opening(self, week: Week | None) -> Opening:
        """Whether a week's hours are on; of no week nothing is known."""
        return opening(week, self.zone, self.calendars, self.now) if week and self.zone else Opening()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom participants contact, and whether they answer now, if their hours say so."""

    contact: Contact
    opening: Opening


@dataclass(frozen=True, slots=True)
class LineShown:
    """The hotline: whose, when it answers, and whether now. Its numbers are hotline's to tell."""

    line: HotlineLine
    hours: str
    opening: Opening


@dataclass(frozen=True, slots=True)
class Contacts:
    """Everybody whom somebody of a place may turn to."""

    place: Place
    people: Sequence[Person]
    reception: Reached
    reception_opening: Opening
    group: WorkingGroup | None
    line: LineShown | None

    def of(self, role: Role) -> Person | None:
        """The first who holds a role."""
        return next((each for each in self.people if each.contact.role is role), None)


async def contacts_of(db: Db, organization: UUID | None, municipality: str, now: datetime) -> Contacts:
    """Of an organization, or of a municipality; nobody need be signed in. Raises NotFound."""
    campaign = await campaigns.now_open(db)
    founder = await organizations.founder_of(db, organization) if organization else municipality
    if founder is None:
        raise NotFound("organization-unknown")
    await tenancy.see(db, founder)
    whole = await places.find_one(db, Scope.MUNICIPALITY, founder, campaign)
    await tenancy.see(db, founder, whole.line)
    if organization is None:
        return await contacts_at(db, whole, campaign, now)
    place = await places.find_one(db, Scope.ORGANIZATION, str(organization), campaign)
    return await contacts_at(db, place, campaign, now)


async def contacts_at(db: Db, place: Place, campaign: CampaignDefined | None, now: datetime) -> Contacts:
    """Named is who was appointed by a public act to be contacted, and nobody else."""
    years = {year: each.calendar for year, each in (await calendars.all_by_year(db)).items()}
    clock = Clock(campaign.time_zone if campaign else "", years, now)
    people = await appointments.contacts(db, place, PUBLISHED)
    reception = await municipalities.reception(db, place.tenant, place.line)
    line = await hotline_lines.reaching(db, place.tenant, place.line)
    return Contacts(
        place,
        list(_people(people, clock)),
        reception,
        clock.opening(spoken_week(reception.hours) if reception.phone else None),
        await groups.get(db, place.group) if place.group else None,
        LineShown(line, in_words(line.week), clock.opening(line.week)) if line else None,
    )


def _people(people: Iterable[Contact], clock: Clock) -> Iterable[Person]:
    for each in people:
        yield Person(each, clock.opening(spoken_week(each.hours) if each.phone else None))
