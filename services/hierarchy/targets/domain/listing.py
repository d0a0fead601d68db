"""Targets by level, as lists and programs read them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from contracts.appointments import TargetScope
from contracts.event import REGION
from services.chassis.errors import Invalid, NotFound
from services.directory.plan import above, asked, counted, parts_of
from services.directory.russian import search_text, sort_key
from services.hierarchy.targets.domain.proposals import Known
from services.hierarchy.targets.domain.sums import Standing
from services.hierarchy.targets.domain.targets import Version
from services.hierarchy.territory.domain.structure import Municipality

LEVELS = ("region", "smo", "district", "municipality")
THE_REGION = "Регион"

ABOUT = {
    TargetScope.OWN: "без поселений",
    TargetScope.WITH_SETTLEMENTS: "район с поселениями",
}
"""Whom a target is about, in words."""

MISSING, LETTER = "missing", "letter"
"""What a list may be narrowed to: without targets, by letter."""


@dataclass(frozen=True, slots=True)
class Item:
    """A municipality's targets, or a sum of them (without scope and version): `with_target` of `of` have one.
    `added`: whether it is part of the sum above it."""

    code: str
    name: str
    registered: int | None
    submitted: int | None
    scope: TargetScope | None
    version: int | None
    confirmed: bool | None
    added: bool
    with_target: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A municipality as the SMO's list has it: its version, if there is one; `covered`: its district's target
    is with settlements; `added`: whether it is part of the sum."""

    municipality: Municipality
    district: str
    version: Version | None
    covered: bool
    added: bool

    @property
    def is_missing(self) -> bool:
        """Whether it has no target, neither of its own nor above it."""
        return self.version is None and not self.covered


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted: by a part of the name, and MISSING or LETTER alone."""

    typed: str = ""
    only: str = ""


def within(known: Known, standing: Standing, place: str, seen: Collection[str]) -> set[str]:
    """The municipalities that a place means: nothing (all that are seen), the region, an SMO, or a
    municipality with all that is a part of it. Raises NotFound unless all of them are seen."""
    if not place:
        return set(seen)
    codes = {REGION: set(known)}.get(place) or {code for code, each in known.items() if each.smo == place}
    if place in known:
        codes = set(counted(place, TargetScope.WITH_SETTLEMENTS, parts_of(standing.parents)))
    if not codes or not codes <= set(seen):
        raise NotFound("within-unknown")
    return codes


def items(
    level: str, known: Known, standing: Standing, codes: Collection[str], councils: Mapping[str, str]
) -> list[Item]:
    """What these municipalities want, by level. Raises Invalid for an unknown level, NotFound for the region
    where it is not all of it."""
    if level == "municipality":
        return list(_own(known, standing, codes))
    if level == "district":
        parts = _by_topmost(standing, codes)
        return [_sum(code, known[code].name, standing, part) for code, part in sorted(parts.items())]
    if level == "smo":
        of = {id_: {code for code in codes if known[code].smo == id_} for id_ in sorted(councils)}
        return [_sum(id_, councils[id_], standing, part) for id_, part in of.items() if part]
    if level == "region":
        if set(codes) != set(known):
            raise NotFound("within-unknown")
        return [_sum(REGION, THE_REGION, standing, codes)]
    raise Invalid("targets-level", field="level", levels=", ".join(LEVELS))


def _by_topmost(standing: Standing, codes: Collection[str]) -> dict[str, set[str]]:
    """These municipalities by the widest of them of which they are a part, if that is among them."""
    found = defaultdict[str, set[str]](set)
    for code in codes:
        *_, top = code, *above(code, standing.parents)
        found[top].add(code)
    return {top: part for top, part in found.items() if top in part}


def _own(known: Known, standing: Standing, codes: Collection[str]) -> Iterator[Item]:
    added = standing.added(codes)
    for code in sorted(set(codes) & standing.known.keys()):
        version = standing.known[code]
        f = version.figures
        figures = (f.registered, f.submitted, f.scope, version.number, version.confirmed)
        yield Item(code, known[code].name, *figures, added=code in added)


def _sum(code: str, name: str, standing: Standing, codes: Collection[str]) -> Item:
    total = standing.part(codes)
    confirmed = None if total.registered is None else total.confirmed
    counts = {"with_target": total.with_target, "of": total.among}
    has_any = total.registered is not None
    return Item(code, name, total.registered, total.submitted, None, None, confirmed, has_any, **counts)


def rows(known: Known, standing: Standing, codes: Collection[str], wanted: Asked) -> list[Row]:
    """The municipalities that are wanted: those without targets first, then by the alphabet."""
    missing, added = standing.missing(codes), standing.added(codes)
    found = [
        Row(
            known[code],
            _name(known, known[code].parent),
            standing.known.get(code),
            code not in missing and code not in standing.known,
            code in added,
        )
        for code in asked(codes, added, standing.transformed)
        if search_text(wanted.typed) in search_text(known[code].name)
    ]
    chosen = [row for row in found if _is_wanted(row, wanted.only)]
    return sorted(chosen, key=lambda row: (not row.is_missing, sort_key(row.municipality.name)))


def _name(known: Known, code: str | None) -> str:
    return known[code].name if code in known and code else ""


def _is_wanted(row: Row, only: str) -> bool:
    if only == MISSING:
        return row.is_missing
    if only == LETTER:
        return row.version is not None and not row.version.confirmed
    return True
