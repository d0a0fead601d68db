"""The structure as a service knows it: a picture in memory, drawn from the mirror of hierarchy's topic."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

import structlog

from contracts import structure
from contracts.structure import CampaignDefined, MunicipalityDefined, OrganizationDefined
from services.chassis.db import notify
from services.chassis.db.pool import Db
from services.chassis.errors import Invalid, NotFound
from services.chassis.process.settings import Settings
from services.chassis.streams import mirror
from services.chassis.text import one_line

log = structlog.get_logger()

WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Picture:
    """Campaigns, municipalities and organizations at one moment."""

    campaigns: dict[str, CampaignDefined] = field(default_factory=dict)
    municipalities: dict[str, MunicipalityDefined] = field(default_factory=dict)
    organizations: dict[UUID, OrganizationDefined] = field(default_factory=dict)
    searchable: dict[str, list[tuple[str, OrganizationDefined]]] = field(default_factory=dict)

    @cached_property
    def successors(self) -> dict[str, str]:
        """Transformed municipality → its final successor."""
        direct = {old: new.code for new in self.municipalities.values() for old in new.successor_of}
        return {old: final(direct, old) for old in direct}

    @cached_property
    def workplaces(self) -> "list[Sought[OrganizationDefined]]":
        """The open organizations of the region, by the alphabet, to be searched by name and place."""
        places = {code: words_of(m.name) for code, m in self.municipalities.items()}
        found = []
        for o in self.organizations.values():
            if not o.closed and (home := self.home_of(o)) in places:
                name, place = words_of(o.name), places.get(self.successors.get(o.place, o.place), "")
                found.append(Sought(name, f"{name}{place}{places[home]}", o))
        return sorted(found, key=lambda sought: alphabet(sought.what.name))

    @cached_property
    def present(self) -> "list[Sought[MunicipalityDefined]]":
        """The municipalities that were not transformed, in the same way, by name and district."""
        here = [m for code, m in self.municipalities.items() if code not in self.successors]
        found = [Sought(words_of(m.name), words_of(f"{m.name} {self.name_of(m.parent)}"), m) for m in here]
        return sorted(found, key=lambda sought: alphabet(sought.what.name))

    def home_of(self, organization: OrganizationDefined) -> str:
        """The municipality in which an organization's people are counted: its founder, or who succeeds it."""
        return self.successors.get(organization.founder, organization.founder)

    def places_of(self, organization: OrganizationDefined) -> list[str]:
        """The names of where an organization stands and of its home, if they are two."""
        place = self.successors.get(organization.place, organization.place)
        names = (self.name_of(code) for code in dict.fromkeys((place, self.home_of(organization))))
        return [name for name in names if name]

    def name_of(self, code: str | None) -> str:
        """A municipality's name, or nothing for one that nobody knows."""
        municipality = self.municipalities.get(code or "")
        return municipality.name if municipality else ""

    @property
    def open_campaign(self) -> CampaignDefined:
        """The campaign that is open. Raises NotFound."""
        for campaign in self.campaigns.values():
            if campaign.open:
                return campaign
        raise NotFound("campaign-not-open")

    @property
    def is_demonstration(self) -> bool:
        """Whether the open campaign is for demonstration."""
        return any(campaign.open and campaign.demonstration for campaign in self.campaigns.values())

    def campaign(self, id_: str) -> CampaignDefined:
        """A campaign by its id. Raises NotFound."""
        if id_ not in self.campaigns:
            raise NotFound("campaign-not-open")
        return self.campaigns[id_]

    def municipality(self, code: str) -> MunicipalityDefined:
        """A municipality by its code. Raises Invalid, also for one that was transformed."""
        if code not in self.municipalities:
            raise Invalid("municipality-unknown", field="municipality")
        if successor := self.successors.get(code):
            names = {"name": self.municipalities[code].name, "successor": self.municipalities[successor].name}
            raise Invalid("municipality-replaced", field="municipality", **names)
        return self.municipalities[code]

    def founders(self, municipality: str) -> list[str]:
        """The founders of a municipality's organizations: itself, and those that it succeeds."""
        return [municipality, *(old for old, new in self.successors.items() if new == municipality)]

    def successor_of(self, organization: OrganizationDefined) -> OrganizationDefined | None:
        """The open successor of a closed organization, directly or through others."""
        seen = {organization.id}
        found = self.organizations.get(organization.successor or organization.id)
        while found is not None and found.closed and found.id not in seen:
            seen.add(found.id)
            found = self.organizations.get(found.successor or found.id)
        return found if found is not None and not found.closed else None

    def check_organization(self, asked: UUID | None, municipality: str) -> None:
        """Refuse an unknown or closed organization, and one whose figures count elsewhere. Raises Invalid."""
        if asked is None:
            return
        organization = self.organizations.get(asked)
        if organization is None:
            raise Invalid("organization-unknown", field="organization")
        if organization.closed and (successor := self.successor_of(organization)):
            names = {"name": organization.name, "successor": successor.name}
            raise Invalid("organization-replaced", field="organization", **names)
        if organization.closed:
            raise Invalid("organization-closed", field="organization", name=organization.name)
        if organization.founder not in self.founders(municipality):
            founder = self.municipalities.get(organization.founder)
            home = founder.name if founder else organization.founder
            raise Invalid(
                "organization-elsewhere", field="organization", name=organization.name, municipality=home
            )

    def find(self, municipality: str, part: str, limit: int = 12) -> list[OrganizationDefined]:
        """Open organizations of a municipality whose name contains every word of `part`."""
        words = foldable(one_line(part)).split()
        matching = (
            organization
            for founder in self.founders(municipality)
            for name, organization in self.searchable.get(founder, [])
            if all(word in name for word in words)
        )
        return list(islice(matching, limit))


What = TypeVar("What")


class Sought(NamedTuple, Generic[What]):
    """Something that is searched by its name alone, and by all that is known of it."""

    name: str
    whole: str
    what: What


def search(among: Sequence[Sought[What]], part: str, limit: int) -> list[What]:
    """Those with every word of `part`, numbers as a whole; those that have them in their name come first."""
    words = [f" {word} " if word.isdigit() else word for word in words_of(one_line(part)).split()]
    if not words:
        return []

    def named(sought: Sought[What]) -> bool:
        return all(word in sought.name for word in words)

    others = (s for s in among if all(word in s.whole for word in words) and not named(s))
    return [sought.what for sought in islice(chain(filter(named, among), others), limit)]


def words_of(name: str) -> str:
    """The words alone, between spaces, as they are compared."""
    return f" {' '.join(WORD.findall(foldable(name)))} "


def final(direct: Mapping[str, str], code: str) -> str:
    """The final successor, through those in between."""
    seen = {code}
    while (successor := direct.get(code)) and successor not in seen:
        seen.add(successor)
        code = successor
    return code


def foldable(name: str) -> str:
    """How names are compared: without case, ё as е."""
    return name.casefold().replace("ё", "е")


def alphabet(name: str) -> str:
    """The key by which Russian names are sorted: ё sorts right after е."""
    return name.casefold().replace("ё", "е\uffff")


async def campaigns(db: Db) -> dict[str, CampaignDefined]:
    """Every campaign by its id, without the rest of the picture."""
    told = await mirror.all_of(db, structure.StructureEvent.topic, [CampaignDefined])
    return {each.id: each for each in told if isinstance(each, CampaignDefined)}


async def draw(db: Db) -> Picture:
    """The picture as the mirror has it now."""
    states = await mirror.all_of(db, structure.StructureEvent.topic, structure.EVENTS)
    organizations = [s for s in states if isinstance(s, OrganizationDefined)]
    searchable: dict[str, list[tuple[str, OrganizationDefined]]] = {}
    for organization in sorted(organizations, key=lambda o: alphabet(o.name)):
        if not organization.closed:
            entry = (foldable(organization.name), organization)
            searchable.setdefault(organization.founder, []).append(entry)
    return Picture(
        campaigns={s.id: s for s in states if isinstance(s, CampaignDefined)},
        municipalities={s.code: s for s in states if isinstance(s, MunicipalityDefined)},
        organizations={o.id: o for o in organizations},
        searchable=searchable,
    )


async def keep_fresh(settings: Settings, refresh: Callable[[], Awaitable[None]]) -> None:
    """Refresh whenever a mirror says that it changed, until cancelled; while the database is away, later."""
    async for _ in notify.heard(settings, mirror.CHANNEL):
        try:
            await refresh()
        except notify.LOST as error:
            log.warning("picture_not_refreshed", error=type(error).__name__)
