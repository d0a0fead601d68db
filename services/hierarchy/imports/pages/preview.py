"""What an uploaded file would change, in words for its page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.structure import MunicipalityKind
from services.chassis.text import whole_number
from services.directory.russian import search_text
from services.hierarchy.core.domain.names import NOUNS
from services.hierarchy.imports.commands.find_changes import Preview
from services.hierarchy.imports.domain.files import Import, What
from services.hierarchy.territory.commands.apply_changes import Plan
from services.hierarchy.territory.domain.organizations import alike
from services.hierarchy.territory.domain.structure import Organization

SHOWN = 100
"""Rows of a list on the page; there may be thousands."""

OF_ORGANIZATION = {
    "external_id": "Номер",
    "founder": "Учредитель",
    "place": "Где находится",
    "name": "Название",
    "kind": "Вид",
    "headcount": "Работников",
}
OF_PEOPLE = {"code": "Код ОКТМО", "name": "Название", "population": "Население", "audience": "Аудитория"}
OF_CLASSIFIER = {"code": "Код ОКТМО", "name": "Название", "kind": "Вид", "parent": "Район"}
COLUMNS = {
    What.ORGANIZATIONS: OF_ORGANIZATION,
    What.POPULATION: OF_PEOPLE,
    What.MUNICIPALITIES: OF_CLASSIFIER,
}
"""The columns of a file, by what it is about, each with the field that it fills."""

BESIDE = {"oktmo_now": "Код ОКТМО сейчас", "smo": "СМО"}
"""What may change of a municipality though no column of the file is it: shown where it does."""

PLACES = ("founder", "place", "parent")
"""Fields that hold a municipality's code, shown by its name."""

LEADING = "name"
"""The field by which people know a row."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it will be; `before`: what is there now, if that is something else."""

    value: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """How many things there are, and the first of them, in the columns of the file."""

    count: int
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    leading: int = 0
    """The column by which people know a row."""


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
    changes, columns = plan.changes, _columns(preview.given)

    def several(things: Sequence[Any]) -> Several:
        return _several(columns, [(thing, thing) for thing in things], names)

    pairs = list(zip(changes.before, changes.changed, strict=True))
    beside = {} if preview.given.what is What.ORGANIZATIONS else BESIDE
    moved = {name: title for name, title in beside.items() if any(_differs(name, *pair) for pair in pairs)}
    return Shown(
        unchanged=len(changes.unchanged),
        added=several(changes.added),
        changed=_several(columns | moved, pairs, names),
        missing=several(changes.missing),
        twins=several(list(_twins(plan))),
    )


def _columns(given: Import) -> dict[str, str]:
    """Of one founder's list, none names the founder: it is the same in all rows."""
    return {
        name: title for name, title in COLUMNS[given.what].items() if name != "founder" or not given.founder
    }


def _several(
    columns: Mapping[str, str], pairs: Sequence[tuple[Any, Any]], names: Mapping[str, str]
) -> Several:
    rows = [[_cell(name, old, new, names) for name in columns] for old, new in pairs[:SHOWN]]
    return Several(len(pairs), list(columns.values()), rows, list(columns).index(LEADING))


def _cell(name: str, old: Any, new: Any, names: Mapping[str, str]) -> Cell:
    return Cell(_word(name, new, names), _word(name, old, names) if _differs(name, old, new) else None)


def _differs(name: str, old: Any, new: Any) -> bool:
    return bool(getattr(old, name) != getattr(new, name))


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


def _word(name: str, thing: Any, names: Mapping[str, str]) -> str:
    value = getattr(thing, name)
    if isinstance(value, MunicipalityKind):
        return NOUNS[value][0]
    if isinstance(value, int):
        return whole_number(value)
    if value is None:
        return "–"
    return names.get(value, str(value)) if name in PLACES else str(value)
