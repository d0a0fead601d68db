"""The structure as metrics knows it: who belongs to whom, and what everything is called."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

from contracts import structure
from contracts.event import Event
from contracts.structure import (
    CalendarDefined,
    CampaignDefined,
    MunicipalityDefined,
    OrganizationDefined,
    SmoDefined,
)
from services.chassis.db.pool import Db
from services.chassis.streams import mirror
from services.directory.calendar import Calendar
from services.metrics.picture.names import short_names


@dataclass(frozen=True)
class Structure:
    """Campaigns, SMOs, municipalities, organizations and production calendars at one moment."""

    campaigns: dict[str, CampaignDefined] = field(default_factory=dict)
    smos: dict[str, SmoDefined] = field(default_factory=dict)
    municipalities: dict[str, MunicipalityDefined] = field(default_factory=dict)
    organizations: dict[UUID, OrganizationDefined] = field(default_factory=dict)
    calendars: dict[int, Calendar] = field(default_factory=dict)

    @property
    def campaign(self) -> CampaignDefined | None:
        """The open campaign, or else the one that ended last."""
        ordered = sorted(self.campaigns.values(), key=lambda c: (c.open, c.last_day))
        return ordered[-1] if ordered else None

    @property
    def totals_are_public(self) -> bool:
        """Whether both totals of every municipality are open to everybody."""
        return self.campaign is None or self.campaign.figures == "public"

    @cached_property
    def settlements(self) -> dict[str, list[MunicipalityDefined]]:
        """A district's settlements by name."""
        children: dict[str, list[MunicipalityDefined]] = {}
        for municipality in sorted(self.municipalities.values(), key=lambda m: alphabet(m.name)):
            if municipality.parent:
                children.setdefault(municipality.parent, []).append(municipality)
        return children

    @cached_property
    def upper_tier(self) -> list[MunicipalityDefined]:
        """Districts and okrugs by name."""
        upper = (m for m in self.municipalities.values() if m.parent is None)
        return sorted(upper, key=lambda m: alphabet(m.name))

    @cached_property
    def short_names(self) -> dict[str, str]:
        """Every municipality's name for where there is room for a word."""
        return short_names({code: m.name for code, m in self.municipalities.items()})

    @cached_property
    def gone(self) -> frozenset[str]:
        """Those that were transformed: their figures stay, and nobody answers for them any more."""
        return frozenset(old for each in self.municipalities.values() for old in each.successor_of)

    def only(self, codes: Collection[str]) -> "Structure":
        """The same of some municipalities alone; a settlement whose district is not among them stands by
        itself."""
        kept = {
            code: m if m.parent in codes else m.model_copy(update={"parent": None})
            for code, m in self.municipalities.items()
            if code in codes
        }
        smos = {smo: self.smos[smo] for m in kept.values() if (smo := m.smo) in self.smos}
        return replace(self, municipalities=kept, smos=smos)

    def with_settlements(self, code: str) -> list[str]:
        """The codes whose figures are summed into a municipality's."""
        return [code, *(settlement.code for settlement in self.settlements.get(code, []))]

    def predecessors(self, code: str) -> list[str]:
        """What was transformed into a municipality, at once or through others, the latest first."""
        found: list[str] = []
        todo = [code]
        while todo:
            known = self.municipalities.get(todo.pop(0))
            new = [old for old in known.successor_of if old not in (code, *found)] if known else []
            found += new
            todo += new
        return found

    def smo_of(self, code: str) -> str | None:
        """The SMO of a municipality."""
        municipality = self.municipalities.get(code)
        return municipality.smo if municipality else None


def alphabet(name: str) -> str:
    """The key by which Russian names are sorted: ё comes right after е."""
    return name.casefold().replace("ё", "е\uffff")


def with_successors(known: dict[str, MunicipalityDefined]) -> dict[str, MunicipalityDefined]:
    """The same in two tiers: what was transformed, with what it contained, is a part of its successor."""
    heirs = {old: new.code for new in known.values() for old in new.successor_of}
    if not heirs:
        return known

    def top(code: str) -> str | None:
        path = [code]
        while above := heirs.get(path[-1]) or known[path[-1]].parent:
            if above not in known or above in path:
                break
            path.append(above)
        return path[-1] if len(path) > 1 else known[code].parent

    return {code: m.model_copy(update={"parent": top(code)}) for code, m in known.items()}


TERRITORY = (CampaignDefined, SmoDefined, MunicipalityDefined, CalendarDefined)
"""All but the organizations, which are most of it."""


async def draw(db: Db, of: Sequence[type[Event]] = structure.EVENTS) -> Structure:
    """The structure as the mirror has it now, or some of what it consists of."""
    states: Sequence[object] = await mirror.all_of(db, structure.StructureEvent.topic, of)
    municipalities = {s.code: s for s in states if isinstance(s, MunicipalityDefined)}
    return Structure(
        campaigns={s.id: s for s in states if isinstance(s, CampaignDefined)},
        smos={s.id: s for s in states if isinstance(s, SmoDefined)},
        municipalities=with_successors(municipalities),
        organizations={s.id: s for s in states if isinstance(s, OrganizationDefined)},
        calendars={s.year: Calendar.of(s) for s in states if isinstance(s, CalendarDefined)},
    )
