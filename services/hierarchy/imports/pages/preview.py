"""What an uploaded file would change, in words for its page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from contracts.structure import MunicipalityKind
from services.directory.russian import search_text
from services.hierarchy.imports.commands.find_changes import Preview
from services.hierarchy.territory.commands.apply_changes import Plan
from services.hierarchy.territory.domain.organizations import alike
from services.hierarchy.territory.domain.structure import Municipality, Organization

SHOWN = 100
"""Rows of a list on the page; there may be thousands."""

KINDS = {
    MunicipalityKind.MUNICIPAL_DISTRICT: "муниципальный район",
    MunicipalityKind.MUNICIPAL_OKRUG: "муниципальный округ",
    MunicipalityKind.URBAN_OKRUG: "городской округ",
    MunicipalityKind.INNER_CITY: "внутригородской район",
    MunicipalityKind.URBAN_SETTLEMENT: "городское поселение",
    MunicipalityKind.RURAL_SETTLEMENT: "сельское поселение",
}
TITLES = {
    "name": "название",
    "kind": "вид",
    "parent": "район",
    "place": "где находится",
    "headcount": "работников",
    "oktmo_now": "код ОКТМО сейчас",
    "smo": "СМО",
    "population": "население",
    "audience": "аудитория",
}
"""What may change, in words."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of a file: its name, what tells it from others, and what becomes of it in words."""

    name: str
    hint: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """How many things there are, and the first of them."""

    count: int
    first: list[Thing]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file would do, for the page."""

    unchanged: int
    added: Several
    changed: Several
    missing: Several
    twins: Several


def shown(preview: Preview, names: Mapping[str, str]) -> Shown:
    """What a file would do to the one kind of thing that it is about; `names`: of municipalities, by code."""
    (plan,) = preview.plans
    changes = plan.changes
    first = zip(changes.before[:SHOWN], changes.changed[:SHOWN], strict=True)
    changed = [Thing(*_called(new, names), tuple(_differences(old, new, names))) for old, new in first]
    return Shown(
        unchanged=len(changes.unchanged),
        added=_several(changes.added, names),
        changed=Several(len(changes.changed), changed),
        missing=_several(changes.missing, names),
        twins=_several(list(_twins(plan)), names),
    )


def _several(things: Sequence[Any], names: Mapping[str, str]) -> Several:
    return Several(len(things), [Thing(*_called(thing, names)) for thing in things[:SHOWN]])


def _called(thing: Municipality | Organization, names: Mapping[str, str]) -> tuple[str, str]:
    if isinstance(thing, Organization):
        return thing.name, f"№ {thing.external_id}, {names.get(thing.founder, thing.founder)}"
    return thing.name, thing.code


def _twins(plan: Plan[Any]) -> Iterator[Organization]:
    """What is to be added under a name that the founder has already, or a number that looks like another one:
    perhaps the same once more."""
    changes = plan.changes
    names, numbers = set[tuple[str, str]](), set[tuple[str, str]]()
    for each in (*changes.before, *changes.unchanged, *changes.missing):
        if isinstance(each, Organization):
            numbers.add((each.founder, alike(each.external_id)))
            if not each.closed:
                names.add((each.founder, search_text(each.name)))
    for each in changes.added:
        if isinstance(each, Organization):
            number = each.founder, alike(each.external_id)
            if number in numbers or (each.founder, search_text(each.name)) in names:
                yield each
            numbers.add(number)


def _differences(old: Any, new: Any, names: Mapping[str, str]) -> Iterator[str]:
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after and field.name in TITLES:
            yield f"{TITLES[field.name]}: {_word(before, names)} → {_word(after, names)}"


def _word(value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, MunicipalityKind):
        return KINDS[value]
    return "нет" if value is None else names.get(str(value), str(value))
